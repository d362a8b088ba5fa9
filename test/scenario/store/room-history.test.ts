import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../../src/store/message-store.js';
import type { HistoryFill, HistoryRoom, HoleEdges } from '../../../src/store/room-history.js';
import type { ArchiveEntry, Store } from '../../../src/store/store.js';
import { messageRecord, outboxEntry } from '../../support/message-rows.js';
import { engines, newKey, open } from './engines.js';

const DOMAIN = 'irc.example.org';
const TEA = '#tea';
/** Times of messages are small numbers of minutes after this. */
const START = Date.UTC(2026, 0, 1);
const at = (minute: number) => START + minute * 60_000;
const idAt = (minute: number) => uuidv7({ msecs: at(minute) });

describe.each(engines)('what is missing of rooms that are an account’s own on $name', (engine) => {
  let store: Store;
  let account: number;
  let room: HistoryRoom;

  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  beforeEach(async () => {
    store = await open(await engine.create(), newKey());
    account = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    room = await personal(TEA);
  });
  afterEach(() => store.close());

  const personal = async (contact: string): Promise<HistoryRoom> => ({
    ...{ account, contact },
    room: (await store.archive.personalRoom(DOMAIN, account, contact)).key,
  });

  const inRoom = (minute: number, networkId: string, patch: Partial<MessageRecord> = {}) => {
    const id = idAt(minute);
    const entry: ArchiveEntry = {
      ...{ id, room: room.room, time: at(minute), nick: 'bob', type: 'message', messageId: id },
      payload: `<body>${networkId}</body>`,
    };
    const record = messageRecord(account, {
      ...{ id, kind: 'room', contact: TEA, direction: 'in', state: 'received', xmppIds: [id] },
      ...{ networkIds: [networkId], createdAt: at(minute), changedAt: at(minute), ...patch },
    });
    return { record, entries: [entry] };
  };

  /** The network tells a message. */
  const told = async (minute: number, networkId: string): Promise<string> => {
    const { record, entries } = inRoom(minute, networkId);
    expect(await store.messages.accept(record, [], { room: room.room, entries })).toBe(true);
    return record.id;
  };

  const sent = async (minute: number, networkId: string): Promise<string> => {
    const { record, entries } = inRoom(minute, networkId, { direction: 'out', state: 'sent' });
    await store.messages.submit(record, outboxEntry(record), { room: room.room, entries });
    return record.id;
  };

  const holes = async () => (await store.history.holes(room, 10)).holes;
  const texts = async () => {
    const page = await store.archive.page({ account, room: room.room, limit: 100 });
    return page?.entries.map(({ payload }) => payload.replaceAll(/<\/?body>/g, ''));
  };
  const fill = (
    hole: HoleEdges,
    rest: HoleEdges | undefined,
    messages: HistoryFill['messages'],
    now = at(0),
  ) => store.history.fill({ ...room, hole, rest, messages, now });
  const onlyHole = async (): Promise<HoleEdges> => {
    const [{ olderTime: _older, newerTime: _newer, ...hole } = expect.fail('no hole'), ...others] =
      await holes();
    expect(others).toEqual([]);
    return hole;
  };

  it('I18 a room of which nothing is known is one hole, which ends at the oldest message told', async () => {
    expect(await store.history.holes(room, 10)).toEqual({
      holes: [{ low: '', high: '~', after: '', before: '' }],
      entries: 0,
    });
    const mine = await sent(9, 'n9');
    expect(await onlyHole()).toEqual({ low: '', high: mine, after: '', before: '' });
    await told(10, 'n10');
    await told(11, 'n11');
    expect(await holes()).toEqual([{ low: '', high: mine, after: '', before: 'n10', newerTime: at(9) }]);
  });

  it('I18 what is read is archived in its place, is known by its ids, and makes the hole smaller', async () => {
    const high = await told(10, 'n10');
    const hole = await onlyHole();
    const seven = inRoom(7, 'n7');
    const rest = { low: '', high: seven.record.id, after: '', before: 'n7' };
    expect(await fill(hole, rest, [seven, inRoom(8, 'n8')])).toBe(true);
    expect(await texts()).toEqual(['n7', 'n8', 'n10']);
    expect(await holes()).toEqual([{ ...rest, newerTime: at(7) }]);
    expect((await store.messages.byNetworkId(account, 'n8'))?.contact).toBe(TEA);
    expect(await store.history.known(room, ['n6', 'n8', 'n10'])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ networkId: 'n8', entry: expect.any(String) }),
        { networkId: 'n10', id: high, entry: high },
      ]),
    );
    expect(await fill(rest, undefined, [inRoom(6, 'n6')])).toBe(true);
    expect(await holes()).toEqual([]);
    expect(await texts()).toEqual(['n6', 'n7', 'n8', 'n10']);
  });

  it('F08 nothing is archived twice, whoever else has brought it or read that part meanwhile', async () => {
    await told(10, 'n10');
    const hole = await onlyHole();
    expect(await fill(hole, undefined, [inRoom(9, 'n10')])).toBe(false);
    expect(await fill({ ...hole, before: 'n9' }, undefined, [inRoom(9, 'n9')])).toBe(false);
    expect(await fill(hole, { ...hole, before: 'n9' }, [])).toBe(true);
    expect(await fill(hole, undefined, [inRoom(9, 'n9')])).toBe(false);
    expect(await texts()).toEqual(['n10']);
  });

  it('F08 what was missed lies between the newest told, not sent, and what follows', async () => {
    const first = await told(10, 'n10');
    await fill(await onlyHole(), undefined, []);
    const mine = await sent(11, 'n14');
    await store.history.missed(room, idAt(12), 'n15');
    const next = await told(13, 'n15');
    expect(await holes()).toEqual([
      {
        ...{ low: mine, after: 'n10', before: 'n15', olderTime: at(11), newerTime: at(13) },
        high: expect.any(String),
      },
    ]);
    const { high } = await onlyHole();
    expect(high > mine && high < next && mine > first).toBe(true);
    const rest = { low: mine, high: idAt(12), after: 'n10', before: 'n13' };
    expect(await fill(await onlyHole(), rest, [inRoom(12, 'n13')])).toBe(true);
    expect(await onlyHole()).toEqual(rest);
    expect(await texts()).toEqual(['n10', 'n14', 'n13', 'n15']);
  });

  it('F17 what was first heard of when it was edited tells nothing of what was around it', async () => {
    const edited = inRoom(9, 'n2');
    const { id } = edited.record;
    const record = { ...edited.record, xmppIds: [id, id, `${id}.someMark12`] };
    await store.messages.accept(record, [], { room: room.room, entries: edited.entries });
    expect(await onlyHole()).toMatchObject({ high: id, before: '' });
    await told(10, 'n10');
    expect(await onlyHole()).toMatchObject({ high: id, before: 'n10' });
  });

  it('a gap where nothing was told before leaves the one hole open', async () => {
    await store.history.missed(room, idAt(1), 'n5');
    await told(2, 'n5');
    expect(await onlyHole()).toMatchObject({ low: '', before: 'n5' });
  });

  it('what the retention time has taken is missing again, unless older messages have just been read', async () => {
    await told(10, 'n10');
    await fill(await onlyHole(), undefined, [inRoom(5, 'n5')]);
    await told(20, 'n20');
    expect(await store.archive.purge(at(15))).toBe(2);
    expect(await onlyHole()).toMatchObject({ low: '', before: 'n20' });
    await fill(await onlyHole(), undefined, [inRoom(6, 'n6')], at(40));
    expect(await store.archive.purge(at(30))).toBe(0);
    expect(await texts()).toEqual(['n6', 'n20']);
  });

  it('F22 ids last as long as the archive; one whose entry is gone gets another and keeps its names', async () => {
    const old = await told(10, 'n10');
    expect(await store.messages.purge(at(15))).toBe(0);
    await store.archive.purge(at(15));
    expect(await store.history.known(room, ['n10'])).toEqual([{ networkId: 'n10', id: old }]);
    const again = inRoom(10, 'n10');
    const hole = await onlyHole();
    expect(await fill(hole, undefined, [again])).toBe(false);
    expect(await fill(hole, undefined, [{ ...again, replaces: old }])).toBe(true);
    expect(await texts()).toEqual(['n10']);
    const inside = { kind: 'room', contact: TEA } as const;
    for (const id of [old, again.record.id])
      expect((await store.messages.byXmppId(account, id, inside))?.id).toBe(again.record.id);
    expect(await store.messages.recent(account, 10)).toHaveLength(1);
  });

  it('C19 goes with its account and its room', async () => {
    await told(10, 'n10');
    const other = await personal('#other');
    const hole = await onlyHole();
    await fill(hole, undefined, []);
    await store.accounts.erase(account);
    expect(await fill(hole, undefined, [inRoom(5, 'n5')])).toBe(false);
    expect(await store.statistics()).toMatchObject({ archive: 0, messages: 0 });
    expect((await store.history.holes(other, 10)).entries).toBe(0);
  });
});
