import { MessageChannel } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStoreOver } from '../../../src/store/client.js';
import { type Link, portLink } from '../../../src/store/link.js';
import type { ClientLimits } from '../../../src/store/options.js';
import { serve } from '../../../src/store/serve.js';
import type { Store, StoreTrouble } from '../../../src/store/store.js';
import { contactRecord, messageRecord, outboxEntry } from '../../support/message-rows.js';
import { entry, Folder, openInThread } from './in-thread.js';

const DOMAIN = 'irc.example.org';

let folder: Folder;
let stores: Store[];

beforeEach(() => {
  folder = new Folder();
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close().catch(() => undefined);
  folder.remove();
});

async function start(limits: Partial<ClientLimits> = {}): Promise<Store> {
  const store = await openInThread(folder.options(), {
    retryFirstMs: 1,
    retryMaxMs: 4,
    closeTimeoutMs: 500,
    ...limits,
  });
  stores.push(store);
  return store;
}

/** The next report of trouble, or of its end. */
function nextTrouble(store: Store): Promise<StoreTrouble | undefined> {
  return new Promise((resolve) => {
    const end = store.onTrouble((trouble) => {
      end();
      resolve(trouble);
    });
  });
}

/** A room and an account that sees all of it. */
async function watched(store: Store) {
  const account = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
  const room = await store.archive.roomKey(DOMAIN, '#room');
  store.archive.openSpan(account, room, '00000000-0000-7000-8000-000000000000');
  await store.archive.flushed();
  return { account, room };
}

describe('write-behind', () => {
  it('I19 a reader sees what was appended just before, in order, each once', async () => {
    const store = await start({ batchRows: 7 });
    const { account, room } = await watched(store);
    const entries = Array.from({ length: 100 }, () => entry(room));
    for (const one of entries) expect(store.archive.append(one)).toBe(true);
    const page = await store.archive.page({ account, room, limit: 200 });
    expect(page).toEqual({ entries, complete: true, count: 100 });
    expect(await store.archive.history(account, room, 3)).toEqual(entries.slice(-3));
  });

  it('holds the sender back while the buffer is over its limit', async () => {
    const store = await start({ bufferRows: 10 });
    const { account, room } = await watched(store);
    const answers = Array.from({ length: 12 }, () => store.archive.append(entry(room)));
    expect(answers).toEqual([...Array(9).fill(true), false, false, false]);
    await store.archive.drained();
    expect(store.archive.append(entry(room))).toBe(true);
    expect((await store.archive.page({ account, room, limit: 50 }))?.count).toBe(13);
  });

  it('weighs long messages', async () => {
    const store = await start({ bufferChars: 10_000 });
    const { room } = await watched(store);
    expect(store.archive.append(entry(room, { payload: 'x'.repeat(20_000) }))).toBe(false);
    await store.archive.drained();
  });

  it('S23 keeps everything while the database is locked, says so, and goes on by itself', async () => {
    const store = await start({ bufferRows: 100 });
    const { account, room } = await watched(store);
    const other = new Database(folder.database);
    other.exec('BEGIN IMMEDIATE');
    const trouble = nextTrouble(store);
    const entries = Array.from({ length: 150 }, () => entry(room));
    const answers = entries.map((one) => store.archive.append(one));
    expect(answers.lastIndexOf(true)).toBe(98);
    expect(await trouble).toMatchObject({ error: { code: 'locked' }, buffered: 150 });
    expect(store.trouble).toMatchObject({ error: { code: 'locked' } });
    // readers are served meanwhile, callers of writes are told
    expect((await store.archive.page({ account, room, limit: 5 }))?.count).toBe(0);
    await expect(
      store.inbox.append({ id: 'a', account, domain: DOMAIN, stanza: '<message/>' }),
    ).rejects.toMatchObject({ code: 'locked' });
    const over = nextTrouble(store);
    other.close();
    expect(await over).toBeUndefined();
    await store.archive.flushed();
    expect((await store.archive.page({ account, room, limit: 200 }))?.entries).toEqual(entries);
    expect(store.trouble).toBeUndefined();
  });

  it('close writes what is buffered, or says how much it could not', async () => {
    const store = await start();
    const { account, room } = await watched(store);
    store.archive.append(entry(room));
    await store.close();
    await expect(store.accounts.find(DOMAIN, 'anna@example.org')).rejects.toMatchObject({
      code: 'unavailable',
    });

    const second = await start({ closeTimeoutMs: 30 });
    expect((await second.archive.page({ account, room, limit: 5 }))?.count).toBe(1);
    const other = new Database(folder.database);
    other.exec('BEGIN IMMEDIATE');
    const trouble = new Promise<void>((resolve) => {
      second.onTrouble((current) => current && resolve());
    });
    second.archive.append(entry(room));
    await trouble;
    await expect(second.close()).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(/^1 rows could not be written/),
    });
    other.close();
  });
});

describe('inbox', () => {
  it('S23 keeps order and forgets what was confirmed', async () => {
    const store = await start();
    const { account } = await watched(store);
    const row = (id: string) => ({ id, account, domain: DOMAIN, stanza: `<message id='${id}'/>` });
    await Promise.all(['c', 'a', 'b', 'a'].map((id) => store.inbox.append(row(id))));
    expect(await store.inbox.pending(DOMAIN)).toEqual([row('c'), row('a'), row('b')]);
    store.inbox.confirm(['a', 'unknown']);
    expect((await store.inbox.pending(DOMAIN)).map((one) => one.id)).toEqual(['c', 'b']);
    expect(await store.inbox.pending('other.example.org')).toEqual([]);
  });
});

describe('messages, contacts and states', () => {
  it('S23 a database that is locked is trouble: callers are told, nothing is half, and it goes on', async () => {
    const store = await start();
    const { account } = await watched(store);
    const other = new Database(folder.database);
    other.exec('BEGIN IMMEDIATE');
    const record = messageRecord(account, { networkIds: ['n'] });
    const refused = await Promise.allSettled([
      store.messages.submit(record, outboxEntry(record)),
      store.messages.accept({ ...record, direction: 'in' }, []),
      store.messages.report(DOMAIN, 'n', { outcome: 'delivered', detail: '', time: 1 }),
      store.contacts.put([contactRecord(account)]),
      store.states.putIfAbsent(DOMAIN, 'b', { key: 'k', value: '1' }),
    ]);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', code: 'locked' } });
    }
    expect(store.trouble).toMatchObject({ error: { code: 'locked' } });
    other.close();
    expect(await store.statistics()).toMatchObject({ messages: 0, outbox: 0, contacts: 0, states: 0 });
    await store.messages.submit(record, outboxEntry(record));
    expect(store.trouble).toBeUndefined();
    expect(await store.messages.waiting(account)).toEqual([outboxEntry(record)]);
  });

  it('S23 a message whose answer was lost may be submitted again: what became of it stays', async () => {
    const store = await start();
    const { account } = await watched(store);
    const record = messageRecord(account);
    await store.messages.submit(record, outboxEntry(record));
    await store.messages.change(record.id, { state: 'sent', changedAt: 5, outbox: 'done' });
    await store.messages.submit(record, outboxEntry(record));
    expect(await store.messages.waiting(account)).toEqual([]);
    expect(await store.messages.byId(record.id)).toMatchObject({ state: 'sent' });
  });

  it('C19 what is on its way when the account is erased does not come after it', async () => {
    const store = await start();
    const { account } = await watched(store);
    const record = messageRecord(account);
    const [, , erased] = await Promise.all([
      store.messages.submit(record, outboxEntry(record)),
      store.contacts.put([contactRecord(account)]),
      store.accounts.erase(account),
      store.states.put(DOMAIN, 'b', { key: 'k', value: '1', account }),
    ]);
    expect(erased).toBeUndefined();
    await store.contacts.put([contactRecord(account)]);
    expect(await store.messages.accept({ ...record, direction: 'in' }, [])).toBe(false);
    expect(await store.statistics()).toMatchObject({ messages: 0, outbox: 0, contacts: 0, states: 0 });
  });
});

describe('the thread', () => {
  it('S23 is replaced when it dies; open spans stay open, nothing buffered is lost', async () => {
    const links: { readonly end: () => void }[] = [];
    const connect = (): Link => {
      const { port1, port2 } = new MessageChannel();
      serve(port2);
      const link = portLink(port1);
      links.push({ end: () => port1.close() });
      return link;
    };
    const store = await openStoreOver(connect, folder.options(), {
      retryFirstMs: 1,
      retryMaxMs: 2,
      flushDelayMs: 60_000,
    });
    stores.push(store);
    const { account, room } = await watched(store);
    const kept = entry(room);
    store.archive.append(kept);
    const trouble = nextTrouble(store);
    links[0]?.end();
    expect(await trouble).toMatchObject({ error: { code: 'unavailable' } });
    await expect(store.accounts.find(DOMAIN, 'x@example.org')).rejects.toMatchObject({ code: 'unavailable' });
    while (store.trouble) await nextTrouble(store);
    const later = entry(room);
    store.archive.append(later);
    expect((await store.archive.page({ account, room, limit: 5 }))?.entries).toEqual([kept, later]);
    expect(links.length).toBeGreaterThan(1);
  });
});
