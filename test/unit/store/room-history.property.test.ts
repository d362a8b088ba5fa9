import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeIds } from '../../../src/core/history/place-ids.js';
import { ABOVE_ALL, type HistoryRoom, type HoleEdges } from '../../../src/store/room-history.js';
import type { ArchiveEntry, Store } from '../../../src/store/store.js';
import { MemoryStore } from '../../support/memory-store.js';
import { messageRecord, outboxEntry } from '../../support/message-rows.js';
import { Folder, openInThread } from './in-thread.js';

const DOMAIN = 'irc.example.org';

type Step =
  | { readonly do: 'tell' | 'send' | 'miss' }
  /** Part of a hole is read; `known`: messages that are there already come along. */
  | {
      readonly do: 'fill';
      readonly hole: number;
      readonly count: number;
      readonly from: 'newest' | 'oldest';
      readonly more: boolean;
      readonly known: boolean;
      readonly stale: boolean;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('tell' as const, 'send' as const, 'miss' as const) }),
  fc.record({
    ...{ do: fc.constant('fill' as const), hole: fc.nat(5), count: fc.nat(4) },
    ...{ from: fc.constantFrom('newest' as const, 'oldest' as const), more: fc.boolean() },
    ...{ known: fc.boolean(), stale: fc.boolean() },
  }),
);

const folder = new Folder();
let real: Store;
beforeAll(async () => {
  real = await openInThread(folder.options());
});
afterAll(async () => {
  await real.close();
  folder.remove();
});

/** One store with a room of a new account. */
class Side {
  constructor(
    private readonly store: Store,
    readonly room: HistoryRoom,
  ) {}

  static async open(store: Store, owner: string): Promise<Side> {
    const { id: account } = await store.accounts.ensure(DOMAIN, owner);
    const { key } = await store.archive.personalRoom(DOMAIN, account, '#tea');
    return new Side(store, { account, room: key, contact: '#tea' });
  }

  message(id: string, networkId: string, time: number, direction: 'in' | 'out') {
    const { account, room } = this.room;
    const entry: ArchiveEntry = {
      ...{
        id,
        room,
        time,
        nick: 'bob',
        type: 'message',
        messageId: id,
        payload: `<body>${networkId}</body>`,
      },
    };
    const state = direction === 'in' ? 'received' : 'sent';
    const record = messageRecord(account, {
      ...{ id, kind: 'room', contact: '#tea', direction, state, xmppIds: [id], networkIds: [networkId] },
    });
    return { record, entries: [entry] };
  }

  async tell(id: string, networkId: string, time: number): Promise<void> {
    const { record, entries } = this.message(id, networkId, time, 'in');
    await this.store.messages.accept(record, [], { room: this.room.room, entries });
  }

  async send(id: string, networkId: string, time: number): Promise<void> {
    const { record, entries } = this.message(id, networkId, time, 'out');
    await this.store.messages.submit(record, outboxEntry(record), { room: this.room.room, entries });
  }

  missed(id: string, before: string): Promise<void> {
    return this.store.history.missed(this.room, id, before);
  }

  fill(
    hole: HoleEdges,
    rest: HoleEdges | undefined,
    messages: readonly (readonly [string, string, number])[],
  ): Promise<boolean> {
    const all = messages.map(([id, networkId, time]) => this.message(id, networkId, time, 'in'));
    return this.store.history.fill({ ...this.room, hole, rest, messages: all, now: 0 });
  }

  async seen() {
    const { account, room } = this.room;
    const page = await this.store.archive.page({ account, room, limit: 1_000 });
    return {
      ...(await this.store.history.holes(this.room, 1_000)),
      ids: page?.entries.map(({ id }) => id),
      known: await this.known('n1', 'n2', 'n3', 'never'),
    };
  }

  async known(...ids: readonly string[]): Promise<readonly string[]> {
    const known = await this.store.history.known(this.room, ids);
    return known.map((one) => JSON.stringify(one)).sort();
  }
}

let runs = 0;

it('what is missing is known to the database as it is to memory, whatever comes in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      runs += 1;
      const owner = `anna${runs}@example.org`;
      const sides = [await Side.open(new MemoryStore(), owner), await Side.open(real, owner)] as const;
      const both = async <T>(act: (side: Side) => Promise<T>): Promise<T> => {
        const [one, other] = [await act(sides[0]), await act(sides[1])];
        expect(other).toEqual(one);
        return one;
      };
      let minute = 0;
      let numbers = 0;
      for (const one of steps) {
        minute += 1;
        const time = Date.UTC(2026, 0, 1) + minute * 60_000;
        const id = uuidv7({ msecs: time });
        numbers += 1;
        const networkId = `n${numbers}`;
        if (one.do === 'fill') {
          const { holes } = await both((side) => side.seen());
          const hole = holes[one.hole % Math.max(1, holes.length)];
          if (!hole) continue;
          const { low, high, after, before } = hole;
          const top = high === ABOVE_ALL ? id : high;
          const times = Array<number>(one.count).fill(time);
          const messages = placeIds(low, top, times).map((place, index) => {
            numbers += 1;
            return [place, one.known && index === 0 ? 'n1' : `n${numbers}`, time] as const;
          });
          const [first, last] = [messages[0], messages.at(-1)];
          const fromTop = one.from === 'newest' || low === '';
          const rest = fromTop
            ? { low, high: first?.[0] ?? top, after, before: first?.[1] ?? before }
            : { low: last?.[0] ?? low, high, after: last?.[1] ?? after, before };
          const asked = one.stale ? { low, high, after, before: `${before}?` } : { low, high, after, before };
          await both((side) => side.fill(asked, one.more ? rest : undefined, messages));
        } else if (one.do === 'tell') await both((side) => side.tell(id, networkId, time));
        else if (one.do === 'send') await both((side) => side.send(id, networkId, time));
        else await both((side) => side.missed(id, networkId));
        await both((side) => side.seen());
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
