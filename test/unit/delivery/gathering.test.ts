import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutboxStage } from '../../support/delivery/outbox-stage.js';
import { busy, cutOff, postError } from '../../support/memory-network/post.js';

const PAUSE = 20_000;

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

async function gathering(): Promise<OutboxStage> {
  const stage = await OutboxStage.start();
  stage.post.gatherMs = PAUSE;
  return stage;
}

const change = (text: string) => ({ message: { text }, files: [], xmppIds: [`x-${text}`] });

describe('messages that go out together', () => {
  it('wait for each other, and the user is told once', async () => {
    const stage = await gathering();
    const one = await stage.write('bob', 'one');
    await pass(stage, PAUSE - 1);
    const two = await stage.write('bob', 'two');
    expect(stage.notices).toEqual(['delivery-gathers']);
    await pass(stage, PAUSE - 1);
    expect(stage.post.taken).toEqual([]);
    expect(await stage.outbox.list(stage.account)).toMatchObject([{ id: one, sending: false }, { id: two }]);
    await pass(stage, 1);
    expect(stage.post.texts('bob')).toEqual(['one', 'two']);
    expect(stage.post.batches).toEqual([2]);
    expect([await stage.state(one), await stage.state(two)]).toEqual(['sent', 'sent']);
    await stage.write('bob', 'three');
    expect(stage.notices).toEqual(['delivery-gathers', 'delivery-gathers']);
    await pass(stage, PAUSE);
    expect(stage.post.texts('bob')).toEqual(['one', 'two', 'three']);
    expect(stage.post.batches).toEqual([2]);
  });

  it('do not wait for ever, however much is written', async () => {
    const stage = await gathering();
    for (let n = 0; n < 12; n += 1) {
      await stage.write('bob', `${n}`);
      await pass(stage, PAUSE - 1_000);
    }
    expect(stage.post.batches[0]).toBeGreaterThan(5);
  });

  it('hold up no other conversation', async () => {
    const stage = await gathering();
    await stage.write('bob', 'one');
    await pass(stage, 15_000);
    await stage.write('carol', 'two');
    await pass(stage, 5_000);
    expect(stage.post.taken.map(({ text }) => text)).toEqual(['one']);
    await pass(stage, 15_000);
    expect(stage.post.taken.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('F16 F18 change and go in their place until then', async () => {
    const stage = await gathering();
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    const three = await stage.write('bob', 'three');
    await pass(stage, PAUSE - 1);
    expect(await stage.outbox.replace(stage.account, one, change('first'))).toBe(true);
    expect(await stage.outbox.cancel(stage.account, two)).toBe(true);
    await pass(stage, PAUSE - 1);
    expect(stage.post.taken).toEqual([]);
    await pass(stage, 1);
    expect(stage.post.texts('bob')).toEqual(['first', 'three']);
    expect(await stage.outbox.replace(stage.account, three, change('late'))).toBe(false);
    expect((await stage.store.messages.byId(one))?.xmppIds).toEqual(['x-one', 'x-first']);
  });

  it('F08 keep changed words over a kill, and go out once', async () => {
    const stage = await gathering();
    const one = await stage.write('bob', 'one');
    await stage.write('bob', 'two');
    await stage.outbox.replace(stage.account, one, change('first'));
    await stage.kill();
    await pass(stage, 120_000);
    expect(stage.post.texts('bob')).toEqual(['first', 'two']);
    expect(stage.post.batches).toEqual([2]);
  });

  it('F05 share their fate', async () => {
    const stage = await gathering();
    stage.post.next('bob', busy(), postError('not-found'));
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    await pass(stage, PAUSE);
    expect([await stage.state(one), await stage.state(two)]).toEqual(['waiting', 'waiting']);
    await pass(stage, 120_000);
    expect([await stage.state(one), await stage.state(two)]).toEqual(['failed', 'failed']);
    expect(stage.post.taken).toEqual([]);
  });

  it('are not sent again when nobody knows whether they are out', async () => {
    const stage = await gathering();
    stage.post.next('bob', cutOff());
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    await pass(stage, PAUSE);
    await pass(stage, 900_000);
    expect([await stage.state(one), await stage.state(two)]).toEqual(['unknown', 'unknown']);
    expect(stage.post.batches).toEqual([2]);
  });

  it('that are cut off in the sending are unknown together, and a start sends what still waited', async () => {
    const stage = await gathering();
    stage.post.next('bob', 'open');
    const one = await stage.write('bob', 'one');
    const two = await stage.write('bob', 'two');
    await pass(stage, PAUSE);
    await stage.kill();
    expect([await stage.state(one), await stage.state(two)]).toEqual(['unknown', 'unknown']);
    const three = await stage.write('bob', 'three');
    expect(await stage.state(three)).toBe('waiting');
    await stage.restart();
    await pass(stage, 120_000);
    expect(stage.post.texts('bob').at(-1)).toBe('three');
  });
});
