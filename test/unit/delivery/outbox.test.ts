import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/gateway/error.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import { CLIENT, DOMAIN, OutboxStage } from '../../support/delivery/outbox-stage.js';
import { busy, cutOff, MemoryPost, postError } from '../../support/memory-network/post.js';

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date('2026-03-01T12:00:00Z'),
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Time passes, and what comes of that has come to rest. */
async function pass(stage: OutboxStage, ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await stage.settled();
}

/** Errors that the client got: stanza id and condition. */
function errors(stage: OutboxStage): string[] {
  return stage.sink.take().flatMap((xml) => {
    const [, id] = /type='error' id='([^']*)'/.exec(xml) ?? [];
    const [, condition] = /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/.exec(xml) ?? [];
    if (id === undefined || condition === undefined) return [];
    expect(xml).toContain(`from='bob@${DOMAIN}'`);
    expect(xml).toContain(`to='${CLIENT}'`);
    return [`${id} ${condition}`];
  });
}

describe('a message of the user', () => {
  it('goes out at once, and the user hears nothing (F01)', async () => {
    const stage = await OutboxStage.start();
    const id = await stage.write('bob', 'hello');
    expect(stage.post.taken).toEqual([{ contact: 'bob', key: id, text: 'hello' }]);
    expect(await stage.state(id)).toBe('sent');
    expect(await stage.outbox.list(stage.account)).toEqual([]);
    expect(stage.sink.take()).toEqual([]);
    expect(stage.notices).toEqual([]);
  });

  it('is committed before the network has it', async () => {
    const stage = await OutboxStage.start();
    const submit = vi.spyOn(stage.store.messages, 'submit').mockRejectedValueOnce(new Error('full'));
    await expect(stage.write('bob', 'lost')).rejects.toThrow('full');
    expect(stage.post.taken).toEqual([]);
    submit.mockRestore();
    await stage.write('bob', 'kept');
    expect(stage.post.texts('bob')).toEqual(['kept']);
  });

  it('F08 waits for the one before it in its conversation, and for no other', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', 'open');
    await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    await stage.write('carol', 'three');
    expect(stage.post.taken.map(({ text }) => text)).toEqual(['three']);
    expect(await stage.state(two)).toBe('waiting');
    stage.post.open[0]?.accept();
    await stage.settled();
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
  });

  it('F05 that the network refuses comes back as an error for its id', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', postError('not-found'));
    const id = await stage.write('bob', 'one');
    expect(await stage.state(id)).toBe('failed');
    expect(errors(stage)).toEqual(['x-one item-not-found']);
    await stage.write('bob', 'two');
    expect(stage.post.texts('bob')).toEqual(['two']);
  });

  it('F05 the error names the message by its time, in the language of the user', async () => {
    const stage = await OutboxStage.start();
    stage.account.hearLanguage('ru');
    stage.post.next('bob', postError('not-found'));
    await stage.write('bob', 'secret words');
    const [xml = ''] = stage.sink.take();
    expect(xml).toContain('Ваше сообщение для bob (отправлено в 12:00 UTC) не доставлено. Сеть отказывает.');
    expect(xml).toContain("xml:lang='ru'");
    expect(xml.slice(xml.indexOf('>'))).not.toContain('secret words');
  });

  it('F05 a user whose client has gone is told in a message, too', async () => {
    const stage = await OutboxStage.start();
    stage.account.resources.clear();
    stage.post.next('bob', postError('rejected'));
    await stage.write('bob', 'one');
    expect(errors(stage)).toEqual(['x-one service-unavailable']);
    expect(stage.notices).toEqual(['plain']);
  });

  it('with an unknown outcome is never sent again', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', cutOff());
    const id = await stage.write('bob', 'one');
    expect(await stage.state(id)).toBe('unknown');
    expect(errors(stage)).toEqual(['x-one remote-server-timeout']);
    await pass(stage, 25 * HOUR);
    await stage.kill();
    expect(stage.post.texts('bob')).toEqual(['one']);
  });

  it('with an unknown outcome is sent again with the same key where the network takes one', async () => {
    const stage = await OutboxStage.start({ post: new MemoryPost(true) });
    stage.post.next('bob', cutOff());
    const id = await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    expect(await stage.state(id)).toBe('sending');
    expect(await stage.outbox.cancel(stage.account, id)).toBe(false);
    await pass(stage, 2 * 60_000);
    expect(await stage.state(id)).toBe('sent');
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
    expect(errors(stage)).toEqual([]);
  });

  it('a fault of the gateway counts as an unknown outcome, and is logged', async () => {
    const stage = await OutboxStage.start();
    vi.spyOn(stage.session, 'send').mockImplementationOnce(() => {
      throw new TypeError('a fault');
    });
    const id = await stage.write('bob', 'one');
    expect(await stage.state(id)).toBe('unknown');
    expect(errors(stage)).toEqual(['x-one internal-server-error']);
    expect(stage.faults).toHaveLength(1);
  });

  it('tells the user what the network noted', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', { note: { key: 'memory-refused' } });
    await stage.write('bob', 'one');
    expect(stage.notices).toEqual(['memory-refused']);
  });
});

describe('a network that is away', () => {
  it('A04 F04 messages wait in order, their user is told once, and a reconnect sends them at once', async () => {
    const stage = await OutboxStage.start();
    stage.session.lose();
    const one = await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    expect(stage.post.taken).toEqual([]);
    expect(stage.notices).toEqual(['delivery-waits']);
    expect(await stage.state(one)).toBe('waiting');
    stage.session.connect();
    await stage.settled();
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
    stage.session.lose();
    await stage.write('bob', 'three');
    expect(stage.notices).toEqual(['delivery-waits', 'delivery-waits']);
  });

  it('tries come with growing pauses', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', busy(), busy(), busy());
    const tries = vi.spyOn(stage.session, 'send');
    const id = await stage.write('bob', 'one');
    expect(tries).toHaveBeenCalledTimes(1);
    await pass(stage, 0.6 * 60_000);
    expect(tries).toHaveBeenCalledTimes(1);
    await pass(stage, 0.8 * 60_000);
    expect(tries).toHaveBeenCalledTimes(2);
    await pass(stage, 1.3 * 60_000);
    expect(tries).toHaveBeenCalledTimes(2);
    await pass(stage, 2 * 60_000);
    expect(tries).toHaveBeenCalledTimes(3);
    expect(await stage.state(id)).toBe('waiting');
    await pass(stage, 6 * 60_000);
    expect(await stage.state(id)).toBe('sent');
    expect(stage.notices).toEqual(['delivery-waits']);
  });

  it('a try comes when the network has asked for it; what is behind is not told of', async () => {
    const stage = await OutboxStage.start();
    const tries = vi.spyOn(stage.session, 'send');
    const slow = () => new GatewayError('limit', { key: 'memory-refused' }, 'not-sent', true, 5_000);
    stage.post.next('bob', slow(), {}, slow());
    await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    await pass(stage, 4_000);
    expect(tries).toHaveBeenCalledTimes(1);
    await pass(stage, 1_500);
    expect(stage.post.texts('bob')).toEqual(['one']);
    await pass(stage, 5_500);
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
    expect(stage.notices).toEqual(['delivery-waits']);
  });

  it('what waits too long is given up with an error', async () => {
    const stage = await OutboxStage.start();
    stage.session.lose();
    const one = await stage.write('bob', 'one');
    await pass(stage, 12 * HOUR);
    const two = await stage.write('bob', 'two');
    await pass(stage, 12 * HOUR + 1);
    expect(await stage.state(one)).toBe('expired');
    expect(await stage.state(two)).toBe('waiting');
    expect(errors(stage)).toEqual(['x-one remote-server-timeout']);
    stage.session.connect();
    await stage.settled();
    expect(stage.post.texts('bob')).toEqual(['two']);
  });

  it('setting the clock of the machine expires nothing', async () => {
    const stage = await OutboxStage.start();
    stage.session.lose();
    const id = await stage.write('bob', 'one');
    vi.setSystemTime(new Date('2031-01-01T00:00:00Z'));
    await pass(stage, HOUR);
    expect(await stage.state(id)).toBe('waiting');
    stage.session.connect();
    await stage.settled();
    expect(await stage.state(id)).toBe('sent');
  });

  it('time in which the gateway was off counts, once the clock had time to be set', async () => {
    const stage = await OutboxStage.start({ delivery: { overdueGraceMs: 5 * 60_000 } });
    stage.session.lose();
    const id = await stage.write('bob', 'one');
    vi.setSystemTime(new Date('2026-03-03T12:00:00Z'));
    await stage.kill();
    expect(await stage.state(id)).toBe('waiting');
    await pass(stage, 5 * 60_000 + 1);
    expect(await stage.state(id)).toBe('expired');
    expect(stage.post.taken).toEqual([]);
  });

  it('a clock that was wrong at the start and is set expires nothing', async () => {
    const stage = await OutboxStage.start({ delivery: { overdueGraceMs: 5 * 60_000 } });
    stage.session.lose();
    const id = await stage.write('bob', 'one');
    vi.setSystemTime(new Date('2031-01-01T00:00:00Z'));
    await stage.kill();
    vi.setSystemTime(new Date('2026-03-01T12:10:00Z'));
    await pass(stage, 5 * 60_000 + 1);
    expect(await stage.state(id)).toBe('sent');
  });

  it('a user may have so many messages waiting, and no more', async () => {
    const stage = await OutboxStage.start({ delivery: { waitingPerUser: 2 } });
    stage.session.lose();
    await stage.write('bob', 'one');
    await stage.write('carol', 'two');
    const refused = await stage.write('bob', 'three').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GatewayError);
    expect(refused).toMatchObject({ code: 'limit' });
    stage.session.connect();
    await stage.settled();
    await stage.write('bob', 'four');
    expect(stage.post.texts('bob')).toEqual(['one', 'four']);
  });

  it('words are read when their turn comes: memory holds few of them', async () => {
    const stage = await OutboxStage.start({ delivery: { loadedMessages: 2 } });
    stage.session.lose();
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    for (const text of texts) await stage.write('bob', text);
    stage.session.connect();
    for (let round = 0; round < 20; round += 1) await stage.settled();
    expect(stage.post.texts('bob')).toEqual(texts);
  });
});

describe('a restart', () => {
  it('what waits goes on in order', async () => {
    const stage = await OutboxStage.start();
    stage.post.reachable = false;
    stage.session.lose();
    await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    await stage.kill();
    expect(stage.post.taken).toEqual([]);
    stage.post.reachable = true;
    stage.session.connect();
    await stage.settled();
    await stage.write('bob', 'three');
    expect(stage.post.texts('bob')).toEqual(['one', 'two', 'three']);
    // Its user was told in the run before.
    expect(stage.notices).toEqual(['delivery-waits']);
  });

  it('F05 what was being sent is unknown: its author is told, and it is not sent again', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', 'open');
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    await stage.kill();
    expect(await stage.state(one)).toBe('unknown');
    expect(await stage.state(two)).toBe('sent');
    expect(errors(stage)).toEqual(['x-one remote-server-timeout']);
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
  });

  it('what was being sent is sent again with the same key where the network takes one', async () => {
    const stage = await OutboxStage.start({ post: new MemoryPost(true) });
    stage.post.next('bob', 'open');
    const one = await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    await stage.kill();
    expect(stage.post.taken.map(({ key }) => key)[0]).toBe(one);
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
    expect(errors(stage)).toEqual([]);
  });

  it('an orderly one waits for what is just being sent', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', 'open');
    const id = await stage.write('bob', 'one');
    const restarted = stage.restart();
    stage.post.open[0]?.accept();
    await restarted;
    expect(await stage.state(id)).toBe('sent');
    expect(errors(stage)).toEqual([]);
  });

  it('an orderly one does not wait for ever', async () => {
    const stage = await OutboxStage.start({ delivery: { stopMs: 1_000 } });
    stage.post.next('bob', 'open');
    const id = await stage.write('bob', 'one');
    const stopped = stage.outbox.stop();
    vi.advanceTimersByTime(1_000);
    await stopped;
    await expect(stage.write('bob', 'two')).rejects.toBeInstanceOf(GatewayError);
    expect(await stage.state(id)).toBe('sending');
  });
});

describe('delivery reports', () => {
  async function sent(parts = 1, receipt = true): Promise<{ stage: OutboxStage; id: string }> {
    const stage = await OutboxStage.start();
    const ids = Array.from({ length: parts }, (_, part) => `part-${part}` as NetworkMessageId);
    stage.post.next('bob', { ids });
    return { stage, id: await stage.write('bob', 'one', receipt) };
  }
  const receipts = (stage: OutboxStage) =>
    stage.sink.take().filter((xml) => xml.includes("<received xmlns='urn:xmpp:receipts' id='x-one'/>"));

  it('F12 all parts delivered: one receipt from the contact to the client that asked, asking for none', async () => {
    const { stage, id } = await sent(2);
    await stage.report('part-1', 'delivered');
    expect(receipts(stage)).toEqual([]);
    await stage.report('part-0', 'delivered');
    await stage.report('part-0', 'delivered');
    const [receipt, ...more] = receipts(stage);
    expect(more).toEqual([]);
    expect(receipt).toContain(`from='bob@${DOMAIN}' to='${CLIENT}'`);
    expect(receipt).not.toContain('<request');
    expect(await stage.state(id)).toBe('delivered');
  });

  it('F12 no receipt for who asked for none', async () => {
    const { stage, id } = await sent(1, false);
    await stage.report('part-0', 'delivered');
    expect(stage.sink.take()).toEqual([]);
    expect(await stage.state(id)).toBe('delivered');
  });

  it('F05 one part failed: one error for the id, with the reason of the network', async () => {
    const { stage, id } = await sent(2);
    await stage.report('part-0', 'failed', postError('forbidden'));
    await stage.report('part-1', 'failed', postError('forbidden'));
    await stage.report('part-0', 'delivered');
    expect(errors(stage)).toEqual(['x-one forbidden']);
    expect(await stage.state(id)).toBe('failed');
  });

  it('a failure after the delivery changes nothing', async () => {
    const { stage, id } = await sent();
    await stage.report('part-0', 'delivered');
    stage.sink.take();
    await stage.report('part-0', 'failed', postError('rejected'));
    expect(stage.sink.take()).toEqual([]);
    expect(await stage.state(id)).toBe('delivered');
  });

  it.each([
    ['delivered', 'delivered'],
    ['failed', 'failed'],
  ] as const)('one that comes before the network has told its ids: %s', async (outcome, state) => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', 'open');
    const id = await stage.write('bob', 'one', true);
    await stage.report('post-1', outcome, outcome === 'failed' ? postError('forbidden') : undefined);
    expect(stage.sink.take()).toEqual([]);
    stage.post.open[0]?.accept();
    await stage.settled();
    expect(await stage.state(id)).toBe(state);
    if (outcome === 'failed') expect(errors(stage)).toEqual(['x-one forbidden']);
    else expect(receipts(stage)).toHaveLength(1);
  });

  it('two at once for one message make one receipt', async () => {
    const { stage } = await sent();
    await Promise.all([stage.report('part-0', 'delivered'), stage.report('part-0', 'delivered')]);
    expect(receipts(stage)).toHaveLength(1);
  });

  it('one about a message that nobody knows is kept and harms nothing', async () => {
    const { stage } = await sent();
    await stage.report('someone-else', 'failed', postError('rejected'));
    expect(stage.sink.take()).toEqual([]);
    expect(stage.faults).toEqual([]);
  });
});

describe('cancelling', () => {
  it('takes back what waits; the client is shown that it was not sent', async () => {
    const stage = await OutboxStage.start();
    stage.session.lose();
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    expect((await stage.outbox.list(stage.account)).map(({ id }) => id)).toEqual([one, two]);
    expect(await stage.outbox.cancel(stage.account, one, true)).toBe(true);
    expect(await stage.outbox.cancel(stage.account, one)).toBe(false);
    expect(await stage.state(one)).toBe('cancelled');
    expect(errors(stage)).toEqual(['x-one service-unavailable']);
    stage.session.connect();
    await stage.settled();
    expect(stage.post.texts('bob')).toEqual(['two']);
    await stage.kill();
    expect(stage.post.texts('bob')).toEqual(['two']);
  });

  it('what is written after the last one was taken back does not wait for it', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', busy());
    const one = await stage.write('bob', 'one');
    await stage.settled();
    expect(await stage.outbox.cancel(stage.account, one)).toBe(true);
    await stage.write('bob', 'two');
    await stage.settled();
    expect(stage.post.texts('bob')).toEqual(['two']);
  });

  it('is refused once the network may have it', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', 'open');
    const id = await stage.write('bob', 'one');
    expect(await stage.outbox.cancel(stage.account, id)).toBe(false);
    stage.post.open[0]?.accept();
    await stage.settled();
    expect(await stage.outbox.cancel(stage.account, id)).toBe(false);
    expect(await stage.state(id)).toBe('sent');
  });
});

describe('the removal of an account', () => {
  it('C14 nothing is sent after it', async () => {
    const stage = await OutboxStage.start();
    stage.post.next('bob', 'open');
    await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    stage.outbox.forget(stage.account);
    stage.post.open[0]?.accept();
    await pass(stage, HOUR);
    expect(stage.post.texts('bob')).toEqual(['one']);
    await expect(stage.write('bob', 'three')).rejects.toBeInstanceOf(GatewayError);
  });

  it('that fails leaves everything as it was', async () => {
    const stage = await OutboxStage.start();
    stage.session.lose();
    await stage.write('bob', 'one');
    const undo = stage.outbox.forget(stage.account);
    undo();
    await stage.settled();
    stage.session.connect();
    await stage.settled();
    await stage.write('bob', 'two');
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
  });
});

describe('a store that cannot write', () => {
  it('nothing is sent that could not be marked as being sent', async () => {
    const stage = await OutboxStage.start();
    stage.session.lose();
    const id = await stage.write('bob', 'one');
    const change = vi.spyOn(stage.store.messages, 'change').mockRejectedValue(new Error('full'));
    stage.session.connect();
    await stage.settled();
    expect(stage.post.taken).toEqual([]);
    change.mockRestore();
    await pass(stage, 10 * 60_000);
    expect(await stage.state(id)).toBe('sent');
    expect(stage.post.texts('bob')).toEqual(['one']);
  });

  it('what the network took is not sent again when that could not be written down', async () => {
    const stage = await OutboxStage.start();
    const change = vi.spyOn(stage.store.messages, 'change').mockRejectedValue(new Error('full'));
    const id = await stage.write('bob', 'one');
    expect(stage.post.texts('bob')).toEqual(['one']);
    expect(await stage.state(id)).toBe('sending');
    await pass(stage, 10 * 60_000);
    change.mockRestore();
    await pass(stage, 20 * 60_000);
    expect(await stage.state(id)).toBe('sent');
    expect(stage.post.texts('bob')).toEqual(['one']);
  });
});
