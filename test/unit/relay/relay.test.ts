import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LegQueueOptions } from '../../../src/core/relay/leg-queue.js';
import { Relay, type RelayServices } from '../../../src/core/relay/relay.js';
import { ArchiveIds } from '../../../src/core/room/archive-ids.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { RelayEntries } from '../../../src/store/relay-store.js';
import { memoryRelays } from '../../support/memory-relays.js';
import { MemoryLeg } from '../../support/relay/memory-leg.js';

const nothing = (): void => undefined;
const QUEUE: LegQueueOptions = {
  mostLoaded: 8,
  backlog: 1_000,
  lateMs: 60_000,
  pauseFirstMs: 1,
  pauseLastMs: 2,
};

interface Stage {
  readonly relay: Relay;
  readonly legs: readonly MemoryLeg[];
}

function stage(entries: RelayEntries, ids: ArchiveIds, change: Partial<RelayServices> = {}): Stage {
  const relay = new Relay('club@relay.example.org', {
    entries,
    queue: QUEUE,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    now: Date.now,
    nextId: () => ids.next(),
    tamed: (_relay, _leg, event) => event,
    facts: () => [],
    admits: () => true,
    repeated: nothing,
    reaches: () => true,
    moderates: () => true,
    wanted: () => true,
    shows: () => true,
    requireWhisper: nothing,
    sanctioned: nothing,
    ended: nothing,
    ...change,
  });
  const legs = ['a', 'b', 'c'].map((name) => new MemoryLeg(name));
  for (const leg of legs) relay.add(leg, true);
  return { relay, legs };
}

describe('a relay', () => {
  let entries: RelayEntries;
  let ids: ArchiveIds;

  beforeEach(() => {
    entries = memoryRelays();
    ids = new ArchiveIds();
  });

  function three(change?: Partial<RelayServices>) {
    const { relay, legs } = stage(entries, ids, change);
    const [a, b, c] = legs;
    if (!a || !b || !c) throw new Error('three legs');
    return { relay, a, b, c };
  }

  it('tells what is said on one leg on all others, not where it was said', async () => {
    const { a, b, c } = three();
    for (const leg of [a, b, c]) leg.up();
    await a.says('ann', 'hello');
    await b.says('bob', 'hi');
    await vi.waitFor(() => expect([a.heard, b.heard, c.heard]).toEqual([['hi'], ['hello'], ['hello', 'hi']]));
  });

  it('carries no private words that the guard refuses', async () => {
    const refused = new GatewayError('forbidden', { key: 'relay-whisper-not-carried' });
    const { a, b } = three({
      requireWhisper: (_relay, from, to, { key }) => {
        if (from === 'a' && to === 'b' && key === 'ann') throw refused;
      },
    });
    const whisper = (key: string) =>
      a.host.whispered({ key: 'bob', nick: 'bob' }, 'b', {
        ...{ id: key, from: { key, nick: key }, home: 'a', words: { text: `from ${key}` } },
      });
    await expect(whisper('ann')).rejects.toBe(refused);
    await whisper('carl');
    expect(b.whispers).toEqual(['from carl']);
  });

  it('does not have the others wait for a leg that is away, which hears all when it is back', async () => {
    const { a, b, c } = three();
    a.up();
    b.up();
    for (let index = 0; index < 30; index += 1) await a.says('ann', `${index}`);
    await vi.waitFor(() => expect(b.heard).toHaveLength(30));
    expect(c.heard).toEqual([]);
    c.up();
    await vi.waitFor(() => expect(c.heard).toEqual(b.heard));
    expect(c.heard).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`));
  });

  it('marks what comes late with the time when it was said', async () => {
    const now = 1_763_700_000_000;
    const { a, b } = three({ now: () => now });
    b.up();
    await a.says('ann', 'old', { time: now - 61_000 });
    await a.says('ann', 'new', { time: now - 1_000 });
    await vi.waitFor(() => expect(b.taken.map(({ delayed }) => delayed)).toEqual([now - 61_000, undefined]));
  });

  it('sums up what is too much for a leg that was away', async () => {
    const { a, b } = three({ queue: { ...QUEUE, backlog: 5 } });
    for (let index = 0; index < 30; index += 1) await a.says('ann', `${index}`);
    b.up();
    await vi.waitFor(() => expect(b.heard).toEqual(['25', '26', '27', '28', '29']));
    expect(b.notices).toEqual([{ key: 'relay-left-out', args: { count: 25 } }]);
  });

  it("tells a leg its people's words where the relay itself may not speak", async () => {
    const { a, b } = three({ queue: { ...QUEUE, backlog: 5 } });
    b.say = async () => {
      throw new GatewayError('forbidden', { key: 'relay-no-voice' });
    };
    for (let index = 0; index < 8; index += 1) await a.says('ann', `${index}`);
    b.up();
    await vi.waitFor(() => expect(b.heard).toEqual(['3', '4', '5', '6', '7']));
  });

  it('tells a leg nothing more that was let go of while an earlier message was looked up', async () => {
    let found = (): void => undefined;
    const looking = new Promise<void>((resolve) => {
      entries = {
        ...memoryRelays(),
        find: () => {
          resolve();
          return new Promise((done) => {
            found = () => done(undefined);
          });
        },
      };
    });
    const { relay, a, b } = three();
    b.up();
    const speaker = { key: 'ann', nick: 'ann' };
    const content = { kind: 'said', speaker, words: { text: 'yes' }, replyTo: { id: 'x' } } as const;
    await a.host.happened({ content, ids: ['1'] });
    await looking;
    const gone = relay.remove('b');
    found();
    await gone;
    expect(b.taken).toEqual([]);
  });

  it('takes a message once, however often a leg tells of it', async () => {
    const { a, b } = three();
    b.up();
    await a.says('ann', 'once', { ids: ['1', '2'] });
    await a.says('ann', 'once', { ids: ['2'] });
    await a.says('ann', 'next');
    await vi.waitFor(() => expect(b.heard).toEqual(['once', 'next']));
  });

  it('names an earlier message as each leg does, also one that is just on its way', async () => {
    const { a, b, c } = three();
    for (const leg of [a, b, c]) leg.up();
    c.held = [];
    await a.says('ann', 'question', { ids: ['q'] });
    const speaker = { key: 'bob', nick: 'bob' };
    const question = await vi.waitFor(async () => {
      const found = (await entries.find('club@relay.example.org', 'a', 'q'))?.ids.get('b')?.[0];
      if (found === undefined) throw new Error('not there yet');
      return found;
    });
    await b.host.happened({
      content: { kind: 'said', speaker, words: { text: 'answer' }, replyTo: { id: question, quote: 'que' } },
      ids: ['b-answer'],
    });
    await vi.waitFor(() =>
      expect(a.taken.at(-1)?.reference).toEqual({ ids: ['q'], own: true, quote: 'que' }),
    );
    const [first] = c.held;
    c.held = undefined;
    first?.();
    await vi.waitFor(() => expect(c.heard).toEqual(['question', 'answer']));
    expect(c.taken[1]?.reference).toEqual({ ids: [`c:${c.taken[0]?.id}`], quote: 'que' });
  });

  it('forgets what waits for a leg that is let go of, and says farewell', async () => {
    const { relay, a, b } = three();
    await a.says('ann', 'lost');
    await relay.remove('b', { key: 'relay-unlinked' });
    expect(b.notices).toEqual([{ key: 'relay-unlinked' }]);
    expect(await entries.count(relay.id, 'b')).toBe(0);
    await a.says('ann', 'more');
    expect(await entries.count(relay.id, 'b')).toBe(0);
    await b.says('bob', 'from outside');
    expect(await entries.count(relay.id, 'a')).toBe(0);
  });

  it('lets nothing through that is not admitted', async () => {
    const { a, b } = three({ admits: (_relay, _leg, { content }) => content.kind !== 'subject' });
    b.up();
    await a.host.happened({ content: { kind: 'subject', text: 'no' }, ids: ['s'] });
    await a.says('ann', 'yes');
    await vi.waitFor(() => expect(b.taken.map(({ content }) => content.kind)).toEqual(['said']));
  });

  it('knows the people of the other legs by name', () => {
    const { a, b, c } = three();
    for (const leg of [a, b, c]) leg.people.add(leg.id);
    b.people.add('ann');
    expect(a.host.called('ann')).toEqual({ leg: 'b', key: 'ann', nick: 'ann', name: 'ann' });
    expect(a.host.called('a')).toBeUndefined();
    expect(b.host.called('ann')).toBeUndefined();
  });

  it('loses nothing, tells nothing twice and keeps the order, whatever legs do and whenever it is restarted', async () => {
    const leg = fc.integer({ min: 0, max: 2 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('says' as const), leg }) },
      fc.record({ kind: fc.constantFrom('up' as const, 'down' as const), leg }),
      fc.record({ kind: fc.constant('fails' as const), leg, times: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constantFrom('restart' as const, 'waits' as const), leg }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const store = memoryRelays();
        const own = new ArchiveIds();
        let current = stage(store, own);
        let said = 0;
        const heard: string[][] = [[], [], []];
        const spoken: string[][] = [[], [], []];
        const end = async (): Promise<void> => {
          await current.relay.stop();
          for (const [index, one] of current.legs.entries()) heard[index]?.push(...one.heard);
        };
        for (const one of steps) {
          const chosen = current.legs[one.leg];
          if (!chosen) continue;
          if (one.kind === 'up') chosen.up();
          else if (one.kind === 'down') chosen.down();
          else if (one.kind === 'fails') chosen.failing = one.times;
          else if (one.kind === 'waits') await new Promise((resolve) => setImmediate(resolve));
          else if (one.kind === 'restart') {
            await end();
            current = stage(store, own);
          } else {
            said += 1;
            await chosen.says('x', `${said}`, { ids: [`m${said}`] });
            spoken[one.leg]?.push(`${said}`);
          }
        }
        for (const one of current.legs) one.up();
        const all = Array.from({ length: said }, (_, index) => `${index + 1}`);
        await vi.waitFor(async () => {
          const counts = await Promise.all(current.legs.map(({ id }) => store.count(current.relay.id, id)));
          expect(counts).toEqual([0, 0, 0]);
        });
        await end();
        for (const index of [0, 1, 2])
          expect(heard[index]).toEqual(all.filter((text) => !spoken[index]?.includes(text)));
      }),
      { numRuns: 150 },
    );
  });
});
