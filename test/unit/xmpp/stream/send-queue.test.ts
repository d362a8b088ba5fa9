import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEND_QUEUE_LIMITS, SendQueue } from '../../../../src/xmpp/stream/send-queue.js';

/** Writes all that may be written now. */
function drain(queue: SendQueue): string {
  queue.closeBatch();
  let text = '';
  for (let chunk = queue.next(); chunk !== undefined; chunk = queue.next()) text += chunk.data.toString();
  return text;
}

const limits = (changes: Partial<typeof SEND_QUEUE_LIMITS>): typeof SEND_QUEUE_LIMITS => ({
  ...SEND_QUEUE_LIMITS,
  ...changes,
});

describe('SendQueue', () => {
  it('batches by size, keeps what is not confirmed, forgets what is', () => {
    const queue = new SendQueue(limits({ batchBytes: 4 }));
    for (const xml of ['<a/>', '<b/>', '<c/>']) queue.push(xml);
    expect(queue.unwritten).toBe(3);
    expect(drain(queue)).toBe('<a/><b/><c/>');
    queue.confirm(2, 0);
    expect(queue.bytes).toBe(4);
    queue.rewind(true, 0);
    expect(drain(queue)).toBe('<c/>');
    expect([queue.position, queue.confirmed, queue.writtenPosition]).toEqual([3, 2, 3]);
  });

  it('never sends again, nor after the end of the stream, what was to be sent once', () => {
    const queue = new SendQueue(limits({ resendWindowMs: 1_000, resendWindowBytes: 1_000 }));
    for (const [index, xml] of ['<a/>', '<ж/>', '<c/>'].entries()) queue.push(xml, index === 1);
    expect(drain(queue)).toBe('<a/><ж/><c/>');
    queue.confirm(3, 0);
    queue.push('<d/>', true);
    drain(queue);
    queue.push('<e/>', true);
    queue.push('<f/>');
    queue.rewind(false, 0);
    expect(drain(queue)).toBe('<a/><c/><f/>');
    expect([queue.position, queue.writtenPosition]).toEqual([6, 6]);
    queue.confirm(6, 0);
    expect([queue.confirmed, queue.bytes]).toEqual([6, 0]);
  });

  it('after an unclean end sends again what was confirmed in the window, within its bytes', () => {
    const queue = new SendQueue(limits({ batchBytes: 4, resendWindowMs: 10, resendWindowBytes: 8 }));
    for (const [index, xml] of ['<a/>', '<b/>', '<c/>', '<d/>', '<e/>'].entries()) {
      queue.push(xml);
      drain(queue);
      if (index < 4) queue.confirm(index + 1, index * 5);
    }
    queue.rewind(false, 16);
    expect(drain(queue)).toBe('<c/><d/><e/>');
    expect(queue.confirmed).toBe(4);
    queue.confirm(5, 20);
    expect(queue.bytes).toBe(0);
  });

  it('finds the stanza that the server refuses among several in a chunk', () => {
    const queue = new SendQueue();
    for (const xml of ['<ж/>', '<poison/>', '<c/>']) queue.push(xml);
    drain(queue);
    expect(queue.suspect()).toBeUndefined();
    queue.rewind(true, 0);
    expect(drain(queue)).toBe('<ж/>');
    queue.confirm(1, 0);
    expect(drain(queue)).toBe('<poison/>');
    expect(queue.suspect()).toBe('<poison/>');
    queue.rewind(true, 0);
    expect(queue.confirmed).toBe(2);
    expect(drain(queue)).toBe('<c/>');
    queue.confirm(3, 0);
    expect(queue.bytes).toBe(0);
    expect(queue.careful).toBe(false);
  });

  it('refuses what is too large or too much', () => {
    const queue = new SendQueue(limits({ maxBytes: 10, maxStanzaBytes: 8 }));
    expect(queue.push('<aaaaaaa/>')).toBe('stanza-too-large');
    expect(queue.push('<жж/>')).toBeUndefined();
    expect(queue.push('<aaaa/>')).toBe('queue-full');
    expect(queue.position).toBe(1);
  });

  it('A04 whatever breaks when, the server reads every stanza, in order of first arrival, whole', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('confirm' as const), count: fc.constant(0) }),
      fc.record({ kind: fc.constantFrom('clean' as const, 'unclean' as const), count: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new SendQueue(limits({ batchBytes: 20, resendWindowBytes: 60 }));
        const read: string[] = [];
        let wire = '';
        let pushed = 0;
        const readAll = (text: string): void => {
          for (const [, id] of text.matchAll(/<s i='(\d+)'\/>/g))
            if (id !== undefined && !read.includes(id)) read.push(id);
        };
        const write = (count: number): void => {
          queue.closeBatch();
          for (let left = count; left > 0; left -= 1) wire += queue.next()?.data.toString() ?? '';
        };
        for (const { kind, count } of steps) {
          if (kind === 'push') for (let left = count; left > 0; left -= 1) queue.push(`<s i='${++pushed}'/>`);
          else if (kind === 'write') write(count);
          else if (kind === 'confirm') {
            readAll(wire);
            wire = '';
            queue.confirm(queue.writtenPosition, 0);
          } else {
            readAll(wire.slice(0, count * 5));
            wire = '';
            queue.rewind(kind === 'clean', 0);
          }
        }
        write(pushed * 2 + 10);
        readAll(wire);
        queue.confirm(queue.writtenPosition, 0);
        expect(read).toEqual(Array.from({ length: pushed }, (_, index) => String(index + 1)));
        expect(queue.bytes).toBe(0);
        expect(queue.confirmed).toBe(pushed);
      }),
      { numRuns: 500 },
    );
  });
});
