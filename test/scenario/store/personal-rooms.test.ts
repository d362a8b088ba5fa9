import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../../src/store/message-store.js';
import type { DatabaseOptions } from '../../../src/store/options.js';
import type { ArchiveEntry, RoomTrace, Store } from '../../../src/store/store.js';
import { messageRecord, outboxEntry } from '../../support/message-rows.js';
import { engines, newKey, open } from './engines.js';

const DOMAIN = 'irc.example.org';
const TEA = '#tea';
const DAY_MS = 86_400_000;

function entry(room: number, text: string, time = Date.now()): ArchiveEntry {
  const id = uuidv7();
  return { id, room, time, nick: 'bob', type: 'message', messageId: id, payload: `<body>${text}</body>` };
}

function inRoom(account: number, networkId: string, patch: Partial<MessageRecord> = {}): MessageRecord {
  const received = { direction: 'in', state: 'received', networkIds: [networkId] } as const;
  return messageRecord(account, { kind: 'room', contact: TEA, ...received, ...patch });
}

describe.each(engines)('rooms that are an account’s own on $name', (engine) => {
  let database: DatabaseOptions;
  let key: Buffer;
  let store: Store;
  let anna: number;
  let bob: number;

  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  beforeEach(async () => {
    database = await engine.create();
    key = newKey();
    store = await open(database, key);
    anna = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    bob = (await store.accounts.ensure(DOMAIN, 'bob@example.org')).id;
  });
  afterEach(() => store.close());

  const reopen = async () => {
    await store.close();
    store = await open(database, key);
  };
  const room = async (account: number) => (await store.archive.personalRoom(DOMAIN, account, TEA)).key;
  const texts = async (account: number, of = account) => {
    const page = await store.archive.page({ account, room: await room(of), limit: 100 });
    return page?.entries.map(({ payload }) => payload.replaceAll(/<\/?body>/g, '')) ?? [];
  };
  const trace = (key: number, ...words: readonly string[]): RoomTrace => ({
    room: key,
    entries: words.map((text) => entry(key, text)),
  });

  it('S03 one name is one room per account, and another than the one that is shared', async () => {
    const keys = [await room(anna), await room(bob), await store.archive.roomKey(DOMAIN, TEA)];
    expect(new Set(keys).size).toBe(3);
    expect(await room(anna)).toBe(keys[0]);
    await store.messages.accept(inRoom(anna, 'n1'), [], trace(keys[0] ?? 0, 'for Anna'));
    expect(await texts(anna)).toEqual(['for Anna']);
    expect(await texts(bob)).toEqual([]);
    expect(await texts(bob, anna)).toEqual([]);
    await reopen();
    expect(await room(anna)).toBe(keys[0]);
    expect(await texts(anna)).toEqual(['for Anna']);
  });

  it('F08 a message leaves its entries and its stanzas together, and once', async () => {
    const own = await room(anna);
    const stanza = (id: string) => [{ id, account: anna, domain: DOMAIN, stanza: `<message id='${id}'/>` }];
    const bring = (id: string) =>
      store.messages.accept(inRoom(anna, 'n1'), stanza(id), {
        ...trace(own, 'part 1', 'part 2'),
        invited: true,
      });
    expect(await Promise.all([bring('i1'), bring('i2')])).toEqual([true, false]);
    expect(await bring('i3')).toBe(false);
    await reopen();
    expect(await bring('i4')).toBe(false);
    expect(await texts(anna)).toEqual(['part 1', 'part 2']);
    expect((await store.inbox.pending(DOMAIN)).map(({ id }) => id)).toEqual(['i1']);
    expect(await store.archive.personalRoom(DOMAIN, anna, TEA)).toMatchObject({ key: own, invited: true });
    await store.archive.setInvited(own, false);
    await reopen();
    expect(await store.archive.personalRoom(DOMAIN, anna, TEA)).toMatchObject({ key: own, invited: false });
  });

  it('a message of the user waits and is archived in one, and is found in its room alone', async () => {
    const own = await room(anna);
    expect(await store.archive.personalRoom(DOMAIN, anna, TEA)).toMatchObject({ newest: 0 });
    const record = messageRecord(anna, { kind: 'room', contact: TEA, xmppIds: ['x1'] });
    await store.messages.submit(record, outboxEntry(record), trace(own, 'mine'));
    await store.messages.submit(record, outboxEntry(record), trace(own, 'the answer was lost'));
    expect(await texts(anna)).toEqual(['mine']);
    const { newest } = await store.archive.personalRoom(DOMAIN, anna, TEA);
    expect(newest).toBeGreaterThan(0);
    expect(newest).toBeLessThanOrEqual(Date.now());
    expect(await store.messages.outbox(DOMAIN, '', 10)).toEqual([
      { ...outboxEntry(record), kind: 'room', state: 'waiting' },
    ]);
    expect((await store.messages.byXmppId(anna, 'x1', record))?.id).toBe(record.id);
    expect(await store.messages.byXmppId(anna, 'x1', { kind: 'contact', contact: TEA })).toBeUndefined();
    expect(await store.messages.recent(anna, 5, { kind: 'contact', contact: TEA })).toEqual([]);
    expect(await store.messages.recent(anna, 5, { kind: 'room', contact: TEA })).toHaveLength(1);
  });

  it('F08 I22 a change of a message leaves its entries with its ids, and takes words out of the archive', async () => {
    const own = await room(anna);
    const record = inRoom(anna, 'n1');
    const said = trace(own, 'secret', 'stays');
    await store.messages.accept(record, [], said);
    const [first] = said.entries;
    const changed = (id: string) =>
      store.messages.change(id, {
        addXmppIds: ['x2'],
        changedAt: Date.now(),
        trace: {
          ...trace(own, `change of ${id === record.id ? 'it' : 'nothing'}`),
          rewritten: [
            { id: first?.id ?? '', payload: '<retracted/>' },
            { id: 'nobody’s', payload: '<body>never seen</body>' },
          ],
        },
      });
    await Promise.all([changed(record.id), changed('unknown')]);
    expect((await store.messages.byXmppId(anna, 'x2'))?.id).toBe(record.id);
    await reopen();
    expect(await texts(anna)).toEqual(['<retracted/>', 'stays', 'change of it']);
  });

  it('a subject that is written behind is seen like a message', async () => {
    const own = await room(anna);
    store.archive.showAll(anna, own);
    store.archive.append({ ...entry(own, 'subject'), type: 'subject' });
    store.archive.showAll(anna, own);
    store.archive.append({ ...entry(own, 'another'), type: 'subject' });
    expect(await texts(anna)).toEqual(['subject', 'another']);
    await reopen();
    await store.messages.accept(inRoom(anna, 'n1'), [], trace(own, 'after a start'));
    expect(await texts(anna)).toEqual(['subject', 'another', 'after a start']);
    expect((await store.archive.history(anna, own, 2)).map(({ payload }) => payload)).toEqual([
      '<body>another</body>',
      '<body>after a start</body>',
    ]);
  });

  it('C19 goes with its account, all of it, and leaves those of others', async () => {
    const [own, others] = [await room(anna), await room(bob)];
    await store.messages.accept(inRoom(anna, 'n1'), [], { ...trace(own, 'gone'), invited: true });
    await store.messages.accept(inRoom(bob, 'n1'), [], trace(others, 'stays'));
    await store.archive.personalRoom(DOMAIN, anna, '#empty');
    await store.accounts.erase(anna);
    expect(await store.messages.accept(inRoom(anna, 'n2'), [], trace(own, 'too late'))).toBe(false);
    expect(await store.statistics()).toMatchObject({ rooms: 1, archive: 1, spans: 1, messages: 1 });
    expect(await texts(bob)).toEqual(['stays']);
  });

  it('after the retention time entries are gone, later ones are seen, and the invitation is remembered', async () => {
    const own = await room(anna);
    const old = entry(own, 'old', Date.now() - 2 * DAY_MS);
    await store.messages.accept(inRoom(anna, 'n1'), [], { room: own, entries: [old], invited: true });
    expect(await store.archive.purge(Date.now() - DAY_MS)).toBe(1);
    expect(await store.archive.personalRoom(DOMAIN, anna, TEA)).toEqual({
      key: own,
      invited: true,
      newest: 0,
    });
    await store.archive.setInvited(own, false);
    await store.archive.purge(Date.now() - DAY_MS);
    expect(await store.statistics()).toMatchObject({ rooms: 0, archive: 0, spans: 0 });
    // The key was given out: it stays good.
    await store.messages.accept(inRoom(anna, 'n2'), [], trace(own, 'new'));
    expect(await texts(anna)).toEqual(['new']);
    expect(await room(anna)).toBe(own);
  });

  it('what cannot be stored is refused alone', async () => {
    const own = await room(anna);
    const broken = { ...entry(own, 'broken'), time: Number.NaN };
    const [bad, good] = await Promise.allSettled([
      store.messages.accept(inRoom(anna, 'n1'), [], { room: own, entries: [broken] }),
      store.messages.accept(inRoom(anna, 'n2'), [], trace(own, 'good \u0000 \ud800')),
    ]);
    expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
    expect(await store.messages.byNetworkId(anna, 'n1')).toBeUndefined();
    expect(await texts(anna)).toHaveLength(1);
  });
});
