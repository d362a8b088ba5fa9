import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterSetOf } from '../../../gateways/sms/text/data-coding.js';
import {
  addPart,
  type InboundPart,
  incomplete,
  maxPartOctets,
  type PartialMessage,
  type PartOutcome,
  partsKey,
  readPartialMessage,
} from '../../../gateways/sms/text/reassembly.js';
import { segment } from '../../../gateways/sms/text/segment.js';
import { buildHeader, readHeader } from '../../../gateways/sms/text/user-data-header.js';

/** The parts of a text as they arrive. */
function arriving(text: string, reference = 7): InboundPart[] {
  const { parts, dataCoding } = segment(text, { maxParts: 255, reference });
  return parts.map(({ udh, userData }, index) => ({
    from: '+15550001',
    to: '+15550002',
    set: characterSetOf(dataCoding),
    body: userData,
    concatenation: readHeader(udh ?? Buffer.alloc(0))?.header.concatenation ?? {
      reference,
      wide: false,
      total: 1,
      sequence: index + 1,
    },
  }));
}

/** Takes parts one after the other through a store of JSON. */
function take(parts: readonly InboundPart[], now = 1000): PartOutcome[] {
  let stored: string | undefined;
  return parts.map((part) => {
    const before = stored === undefined ? undefined : readPartialMessage(JSON.parse(stored));
    const outcome = addPart(before, part, now);
    if ('kept' in outcome) stored = JSON.stringify(outcome.kept);
    return outcome;
  });
}

const messages = (outcomes: readonly PartOutcome[]) =>
  outcomes.flatMap((outcome) => (outcome.outcome === 'complete' ? [outcome.message] : []));
const part = (sequence: number, text: string, total = 3): InboundPart => ({
  from: 'a',
  to: 'b',
  set: 'ucs2',
  body: Buffer.from(text, 'utf16le').swap16(),
  concatenation: { reference: 1, wide: false, total, sequence },
});

describe('messages in parts', () => {
  it('F25 come together in any order, with parts delivered again', () => {
    const shuffled = fc
      .string({ unit: fc.constantFrom('a', '€', 'ы', '😀', ' '), minLength: 161, maxLength: 900 })
      .chain((text) => {
        const parts = arriving(text);
        return fc.record({
          text: fc.constant(text),
          order: fc.shuffledSubarray(parts, { minLength: parts.length }),
          again: fc.array(fc.nat({ max: parts.length - 1 }), { maxLength: 5 }),
        });
      });
    fc.assert(
      fc.property(shuffled, ({ text, order, again }) => {
        const doubled = again.reduce<InboundPart[]>(
          (list, index) => list.toSpliced(index + 1, 0, list[index] as InboundPart),
          order,
        );
        const outcomes = take([...doubled, ...order]);
        expect(messages(outcomes).map((message) => message.text)).toEqual([text]);
        expect(outcomes.slice(doubled.length).every(({ outcome }) => outcome === 'duplicate')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('a character that a phone has cut in two is whole again', () => {
    const [message] = messages(take([part(1, '\ud83d', 2), part(2, '\ude00', 2)]));
    expect(message?.text).toBe('😀');
  });

  it('parts in different codes are read each in its own', () => {
    const latin: InboundPart = { ...part(2, '', 2), set: 'iso-8859-1', body: Buffer.from([0xe9]) };
    expect(messages(take([part(1, 'ы', 2), latin]))[0]?.text).toBe('ыé');
  });

  it('what has come of a message can be read, with its gaps marked', () => {
    const [first] = take([part(2, 'middle')]);
    const kept = first?.outcome === 'waiting' ? first.kept : undefined;
    expect(kept && incomplete(kept)).toMatchObject({ text: '[…]middle[…]', missing: [1, 3], total: 3 });
    const one: PartialMessage | undefined = readPartialMessage({
      ...kept,
      total: 5,
    });
    expect(one && incomplete(one)?.text).toBe('[…]middle[…]');
  });

  it('a reference that comes round again starts another message; the old one is not lost', () => {
    const outcomes = take([part(1, 'old'), part(1, 'new'), part(2, 'er'), part(3, '!'), part(1, 'third')]);
    expect(outcomes[1]).toMatchObject({ outcome: 'waiting', displaced: { text: 'old[…]', missing: [2, 3] } });
    expect(messages(outcomes).map(({ text }) => text)).toEqual(['newer!']);
    expect(outcomes[4]).toMatchObject({ outcome: 'waiting', kept: { complete: false } });
    expect(outcomes[4]).not.toHaveProperty('displaced');
  });

  it('the id of a message is the same when its last part comes again after a crash', () => {
    const [waiting] = take([part(1, 'a', 2)]);
    const before = waiting?.outcome === 'waiting' ? waiting.kept : undefined;
    const ids = [2000, 3000].map((now) => {
      const outcome = addPart(before, part(2, 'b', 2), now);
      return outcome.outcome === 'complete' ? outcome.message.id : undefined;
    });
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toBeDefined();
  });

  it('nothing of a text stays in what is kept of a complete message', () => {
    const [, last] = take([part(1, 'secret', 2), part(2, 'secret', 2)]);
    expect(JSON.stringify(last?.outcome === 'complete' ? last.kept : '')).not.toContain(
      Buffer.from('secret', 'utf16le').swap16().toString('base64'),
    );
  });

  it('messages are kept apart by sender, recipient, reference, its width and total', () => {
    const base = part(1, 'x');
    const others = [
      { ...base, from: 'c' },
      { ...base, to: 'c' },
      { ...base, concatenation: { ...base.concatenation, reference: 2 } },
      { ...base, concatenation: { ...base.concatenation, wide: true } },
      { ...base, concatenation: { ...base.concatenation, total: 4 } },
    ];
    expect(new Set([base, ...others].map(partsKey)).size).toBe(6);
    expect(partsKey(part(2, 'other text'))).toBe(partsKey(base));
  });

  it('S16 hostile numbers and bodies make a message of their own, never a state', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer(),
        fc.integer(),
        fc.boolean(),
        (total, sequence, reference, wide) => {
          const concatenation = { total, sequence, reference, wide };
          const { outcome } = addPart(undefined, { ...part(1, 'x'), concatenation }, 0);
          const sane =
            total > 0 &&
            total < 256 &&
            sequence > 0 &&
            sequence <= total &&
            reference >= 0 &&
            reference <= (wide ? 0xffff : 0xff);
          expect(outcome).toBe(sane ? (total === 1 ? 'complete' : 'waiting') : 'alone');
        },
      ),
    );
    const big = { ...part(1, ''), body: Buffer.alloc(maxPartOctets + 1) };
    expect(addPart(undefined, big, 0).outcome).toBe('alone');
    expect(addPart(undefined, { ...part(1, ''), set: 'binary' }, 0).outcome).toBe('alone');
  });

  it('what the store returns and is not this is nothing', () => {
    for (const value of [undefined, null, 1, {}, { total: 1, parts: [] }])
      expect(readPartialMessage(value)).toBeUndefined();
  });
});

describe('the user data header (3GPP TS 23.040 §9.2.3.24)', () => {
  it('is read as it was written', () => {
    const concatenation = fc.boolean().chain((wide) =>
      fc.integer({ min: 1, max: 255 }).chain((total) =>
        fc.record({
          wide: fc.constant(wide),
          total: fc.constant(total),
          sequence: fc.integer({ min: 1, max: total }),
          reference: fc.integer({ min: 0, max: wide ? 0xffff : 0xff }),
        }),
      ),
    );
    const shift = fc.option(fc.integer({ min: 1, max: 13 }), { nil: undefined });
    fc.assert(
      fc.property(concatenation, shift, shift, (place, single, locking) => {
        const built = buildHeader({ concatenation: place, single, locking });
        const read = readHeader(Buffer.concat([built, Buffer.from('text')]));
        expect(read?.length).toBe(built.length);
        expect(read?.header).toEqual({
          concatenation: place,
          ...(single === undefined ? {} : { single }),
          ...(locking === undefined ? {} : { locking }),
        });
      }),
    );
  });

  it.each([
    [
      'unknown elements are passed over',
      '0970020a0b000307020100',
      { concatenation: { reference: 7, wide: false, total: 2, sequence: 1 } },
      10,
    ],
    ['ports are for programs', '06050423f40000aa', { forPrograms: true }, 7],
    ['a sequence number of 0 is ignored', '050003070200', {}, 6],
    ['a sequence number above the total is ignored', '050003070203', {}, 6],
    ['a total of 0 is ignored', '050003070000', {}, 6],
    ['an element of the wrong length is ignored', '0400020702', {}, 5],
    ['an element that runs out of the header ends it', '0300ff07', {}, 4],
    ['a header of nothing', '00', {}, 1],
  ])('%s', (_what, hex, header, length) => {
    expect(readHeader(Buffer.from(hex, 'hex'))).toEqual({ header, length });
  });

  it('there is none when it would be longer than the data', () => {
    expect(readHeader(Buffer.from('0500', 'hex'))).toBeUndefined();
    expect(readHeader(Buffer.alloc(0))).toBeUndefined();
  });

  it('S16 no octets make it fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (octets) => {
        const read = readHeader(octets);
        if (read !== undefined) expect(read.length).toBeLessThanOrEqual(octets.length);
      }),
      { numRuns: 2000 },
    );
  });
});
