import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseOptions } from '../../../src/store/options.js';
import type { RelayEntry } from '../../../src/store/relay-store.js';
import type { Store } from '../../../src/store/store.js';
import { engines, newKey, open } from './engines.js';

const RELAY = 'club@relay.example.org';
const [A, B, C] = ['a@rooms.example.org', '#b%net@irc.example.org', 'g1@telegram.example.org'] as const;

function entry(id: string, change: Partial<RelayEntry> = {}): RelayEntry {
  return { id, relay: RELAY, leg: A, time: 1_763_700_000_000, content: `{"text":"${id} ж"}`, ...change };
}

describe.each(engines)('what crosses relays on $name', (engine) => {
  let database: DatabaseOptions;
  let store: Store;
  let key: Buffer;

  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  beforeEach(async () => {
    database = await engine.create();
    key = newKey();
    store = await open(database, key);
  });
  afterEach(() => store.close());

  it('waits for each leg in order, over a restart, until it has crossed', async () => {
    const { relays } = store;
    const taken = await Promise.all([
      relays.accept(entry('1'), ['x1'], [B, C]),
      relays.accept(entry('3'), [], [B, C]),
      relays.accept(entry('2', { leg: B }), ['y1', 'y2'], [A, C]),
    ]);
    expect(taken).toEqual([true, true, true]);
    await relays.crossed(entry('1'), B, ['b1', 'b2']);
    await store.close();
    store = await open(database, key);
    expect(await store.relays.waiting(RELAY, C, '', 9)).toEqual([
      ...[entry('1'), entry('2', { leg: B }), entry('3')],
    ]);
    expect((await store.relays.waiting(RELAY, C, '1', 1)).map(({ id }) => id)).toEqual(['2']);
    expect((await store.relays.waiting(RELAY, B, '', 9)).map(({ id }) => id)).toEqual(['3']);
    expect(await store.relays.count(RELAY, C)).toBe(3);
    expect(await store.relays.count('other@relay.example.org', C)).toBe(0);
  });

  it('keeps what others say though a leg gives one name twice, or one that is claimed', async () => {
    const { relays } = store;
    const answers = await Promise.all([
      relays.accept(entry('1'), ['x1', 'x1'], [B], ['x1']),
      relays.accept(entry('2'), ['x2'], [B], ['x3', 'x3']),
      relays.accept(entry('3'), [], [B], ['x4']),
      relays.accept(entry('4'), ['x4'], [B], ['x2']),
    ]);
    expect(answers).toEqual([true, true, true, true]);
    expect((await relays.find(RELAY, A, 'x1'))?.id).toBe('1');
    expect((await relays.find(RELAY, A, 'x2'))?.id).toBe('2');
    expect((await relays.find(RELAY, A, 'x3'))?.id).toBe('2');
    expect((await relays.find(RELAY, A, 'x4'))?.id).toBe('4');
  });

  it('takes nothing twice, however near to each other', async () => {
    const answers = await Promise.all([
      store.relays.accept(entry('1'), ['x1', 'x2'], [B]),
      store.relays.accept(entry('2'), ['x2'], [B]),
      store.relays.accept(entry('3', { leg: B }), ['x2'], [A]),
      store.relays.accept(entry('4', { relay: 'other@relay.example.org' }), ['x2'], [B]),
    ]);
    expect(answers).toEqual([true, false, true, true]);
    await store.relays.crossed(entry('1'), B, ['b1']);
    expect(await store.relays.accept(entry('5', { leg: B }), ['b1'], [A])).toBe(false);
    expect(await store.relays.count(RELAY, B)).toBe(0);
  });

  it('takes names that come again, and means the latest message by them', async () => {
    const { relays } = store;
    const taken = await Promise.all([
      relays.accept(entry('1'), ['x1'], [B], ['ann\n1']),
      relays.accept(entry('2'), ['x2'], [B], ['ann\n1', 'ann\n2']),
      relays.accept(entry('3'), ['x2'], [B], ['ann\n2']),
    ]);
    expect(taken).toEqual([true, true, false]);
    expect(await relays.accept(entry('4'), ['x4'], [B], ['ann\n2'])).toBe(true);
    expect((await relays.find(RELAY, A, 'ann\n1'))?.ids.get(A)).toEqual(['x2', 'ann\n1']);
    expect((await relays.find(RELAY, A, 'ann\n2'))?.id).toBe('4');
    expect((await relays.find(RELAY, A, 'x1'))?.ids.get(A)).toEqual(['x1']);
  });

  it('knows a message by its name on any leg', async () => {
    await store.relays.accept(entry('1'), ['x1'], [B, C]);
    await store.relays.crossed(entry('1'), B, ['b2', 'b1']);
    await store.relays.crossed(entry('1'), C, []);
    const ids = new Map([
      [A, ['x1']],
      [B, ['b2', 'b1']],
    ]);
    const trace = { id: '1', leg: A, time: entry('1').time, ids };
    expect(await store.relays.find(RELAY, B, 'b1')).toEqual(trace);
    expect(await store.relays.find(RELAY, A, 'x1')).toEqual(trace);
    expect(await store.relays.find(RELAY, C, 'x1')).toBeUndefined();
  });

  it('forgets a leg, a relay, and what is old', async () => {
    const { relays } = store;
    await relays.accept(entry('1', { time: 1_000 }), ['x1'], [B]);
    await relays.accept(entry('2', { time: 1_000 }), ['x2'], [B, C]);
    await relays.accept(entry('3'), ['x3'], [B, C]);
    expect(await relays.purge(2_000)).toBe(0);
    await relays.forgetLeg(RELAY, B);
    expect(await relays.purge(2_000)).toBe(1);
    expect(await relays.find(RELAY, A, 'x1')).toBeUndefined();
    expect((await relays.waiting(RELAY, C, '', 9)).map(({ id }) => id)).toEqual(['2', '3']);
    await relays.forgetRelay(RELAY);
    expect(await store.statistics()).toMatchObject({ relayed: 0 });
    expect(await relays.count(RELAY, C)).toBe(0);
  });

  it('S19 keeps words encrypted only as long as they have to cross; a rotated key opens them', async () => {
    await store.relays.accept(entry('1'), ['x1'], [B]);
    await store.relays.accept(entry('2'), ['x2'], [B]);
    await store.relays.crossed(entry('1'), B, ['b1']);
    key = newKey();
    await store.rotateKey(key);
    await store.close();
    store = await open(database, key);
    expect(await store.relays.waiting(RELAY, B, '', 9)).toEqual([entry('2')]);
  });
});
