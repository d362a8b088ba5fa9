import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrationStatus } from '../../../src/store/migration.js';
import type { DatabaseOptions } from '../../../src/store/options.js';
import type { ArchiveEntry, Store } from '../../../src/store/store.js';
import { engines, newKey, open } from './engines.js';

const DOMAIN = 'irc.example.org';

function entry(room: number, patch: Partial<ArchiveEntry> = {}): ArchiveEntry {
  return {
    ...{ id: uuidv7(), room, time: 1_763_700_000_000, nick: 'anna', type: 'message', messageId: 'm' },
    payload: '<body>hello</body>',
    ...patch,
  };
}

describe.each(engines)('the store on $name', (engine) => {
  let database: DatabaseOptions;
  let stores: Store[];
  let key: Buffer;

  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  beforeEach(async () => {
    database = await engine.create();
    key = newKey();
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
  });

  async function start(): Promise<Store> {
    const store = await open(database, key);
    stores.push(store);
    return store;
  }

  async function stop(store: Store): Promise<void> {
    stores = stores.filter((one) => one !== store);
    await store.close();
  }

  it('accounts: two first joins at once are one account; changes last', async () => {
    const store = await start();
    const [one, other] = await Promise.all([
      store.accounts.ensure(DOMAIN, 'anna@example.org'),
      store.accounts.ensure(DOMAIN, 'anna@example.org'),
    ]);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ registered: false, language: null, settings: {}, secrets: {}, stays: {} });
    const patch = {
      registered: true,
      language: 'ru',
      settings: { nick: 'Анна', list: [1, { deep: true }] },
      secrets: { password: 'hunter2 \u{1F511} \u0000 end' },
      stays: { '#room%irc.example.net': 'anna' },
    };
    await store.accounts.update(one.id, patch);
    await stop(store);
    const again = await start();
    const found = await again.accounts.find(DOMAIN, 'anna@example.org');
    expect(found).toEqual({ ...one, ...patch });
    await again.accounts.update(one.id, { language: null });
    expect(await again.accounts.find(DOMAIN, 'anna@example.org')).toEqual({
      ...one,
      ...patch,
      language: null,
    });
    expect(await again.accounts.find('sms.example.org', 'anna@example.org')).toBeUndefined();
    await expect(again.accounts.update(999, {})).rejects.toMatchObject({ code: 'not-found' });
  });

  it('accounts: registered ones are listed in pages by id', async () => {
    const store = await start();
    const made = await Promise.all(
      Array.from({ length: 25 }, (_, index) => store.accounts.ensure(DOMAIN, `user${index}@example.org`)),
    );
    const registered = made.filter((_, index) => index % 2 === 0);
    await Promise.all(registered.map(({ id }) => store.accounts.update(id, { registered: true })));
    const listed: number[] = [];
    for (;;) {
      const page = await store.accounts.list(DOMAIN, listed.at(-1) ?? 0, 5);
      listed.push(...page.map(({ id }) => id));
      if (page.length < 5) break;
    }
    expect(listed).toEqual(registered.map(({ id }) => id).sort((a, b) => a - b));
  });

  it('hostile text is stored or cleaned, and never breaks the batch', async () => {
    const store = await start();
    const { id } = await store.accounts.ensure(DOMAIN, "x'; DROP TABLE accounts; -- \u0000?@example.org");
    const room = await store.archive.roomKey(DOMAIN, '#\u0000?$1');
    const entries = [
      entry(room, { payload: 'a\u0000b', nick: '\uD800' }),
      entry(room, { payload: "');--", nick: '?', type: 'subject' }),
      entry(room, { payload: 'x'.repeat(500_000) }),
    ];
    store.archive.openSpan(id, room, entries[0]?.id ?? '');
    for (const one of entries) store.archive.append(one);
    const page = await store.archive.page({ account: id, room, limit: 10 });
    expect(page?.count).toBe(3);
    expect(page?.entries.slice(1)).toEqual(entries.slice(1));
    expect(await store.archive.page({ account: id, room, limit: 10, after: '\u0000' })).toBeUndefined();
    const nobody = await store.archive.page({ account: id, room, limit: 10, nick: '\uDFFF\u0000' });
    expect(nobody).toMatchObject({ count: 0 });
  });

  it('I16 I17 I18 I21 100,000 entries, hundreds of spans: pages in order without gap or overlap', async () => {
    const store = await start();
    const account = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    const other = (await store.accounts.ensure(DOMAIN, 'bob@example.org')).id;
    const room = await store.archive.roomKey(DOMAIN, '#room');
    const all = Array.from({ length: 100_000 }, (_, index) =>
      entry(room, { time: 1_763_700_000_000 + index, nick: index % 100 === 0 ? 'bob' : 'anna' }),
    );
    store.archive.openSpan(other, room, all[0]?.id ?? '');
    const seen: ArchiveEntry[] = [];
    for (const [index, one] of all.entries()) {
      const within = index % 250;
      if (within === 0) store.archive.openSpan(account, room, one.id);
      if (!store.archive.append(one)) await store.archive.drained();
      if (within === 99) store.archive.closeSpan(account, room, one.id);
      if (within < 100) seen.push(one);
    }
    const whole = await store.archive.page({ account: other, room, limit: 10, before: '' });
    expect(whole).toEqual({ entries: all.slice(-10), complete: false, count: 100_000 });
    const first = await store.archive.page({ account, room, limit: 250 });
    expect(first).toEqual({ entries: seen.slice(0, 250), complete: false, count: seen.length });
    const middle = await store.archive.page({ account, room, limit: 1_000, after: seen[12_345]?.id ?? '' });
    expect(middle?.entries).toEqual(seen.slice(12_346, 13_346));
    const back = await store.archive.page({ account, room, limit: 1_000, before: seen[12_345]?.id ?? '' });
    expect(back?.entries).toEqual(seen.slice(11_345, 12_345));
    const hidden = all[200]?.id ?? '';
    expect(await store.archive.page({ account, room, limit: 5, after: hidden })).toBeUndefined();
    const [begin, end] = [all[50_010]?.time ?? 0, all[50_300]?.time ?? 0];
    const window = await store.archive.page({ account, room, limit: 500, start: begin, end });
    const expected = seen.filter((one) => one.time >= begin && one.time <= end);
    expect(window).toEqual({ entries: expected, complete: true, count: expected.length });
    const bob = await store.archive.page({ account, room, limit: 5, nick: 'bob', before: '' });
    const bobs = seen.filter((one) => one.nick === 'bob');
    expect(bob).toEqual({ entries: bobs.slice(-5), complete: false, count: bobs.length });
    const ids = [seen[9]?.id ?? '', seen[3]?.id ?? ''];
    const named = await store.archive.page({ account, room, limit: 5, ids });
    expect(named).toEqual({ entries: [seen[3], seen[9]], complete: true, count: 2 });
    expect(await store.archive.history(account, room, 20)).toEqual(seen.slice(-20));
  });

  it('I21 spans left open by a crash end there; later ones open again', async () => {
    const store = await start();
    const account = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    const room = await store.archive.roomKey(DOMAIN, '#room');
    const before = entry(room);
    store.archive.openSpan(account, room, before.id);
    store.archive.append(before);
    await stop(store);
    const again = await start();
    expect(await again.archive.roomKey(DOMAIN, '#room')).toBe(room);
    again.archive.append(entry(room));
    const after = entry(room);
    again.archive.openSpan(account, room, after.id);
    again.archive.append(after);
    again.archive.closeSpan(account, room, after.id);
    again.archive.append(entry(room));
    expect((await again.archive.page({ account, room, limit: 9 }))?.entries).toEqual([before, after]);
  });

  it('C19 erasing removes what only the account could see; others keep theirs', async () => {
    const store = await start();
    const anna = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    const bob = (await store.accounts.ensure(DOMAIN, 'bob@example.org')).id;
    const room = await store.archive.roomKey(DOMAIN, '#shared');
    const own = await store.archive.roomKey(DOMAIN, 'own');
    const shared = [entry(room), entry(room), entry(room), entry(own)];
    store.archive.openSpan(anna, room, shared[0]?.id ?? '');
    store.archive.openSpan(bob, room, shared[1]?.id ?? '');
    store.archive.closeSpan(bob, room, shared[1]?.id ?? '');
    store.archive.openSpan(anna, own, shared[3]?.id ?? '');
    for (const one of shared) store.archive.append(one);
    await store.inbox.append({ id: 'i', account: anna, domain: DOMAIN, stanza: 's' });
    await store.accounts.erase(anna);
    await store.accounts.erase(anna);
    expect((await store.archive.page({ account: bob, room, limit: 9 }))?.entries).toEqual([shared[1]]);
    expect(await store.inbox.pending(DOMAIN)).toEqual([]);
    expect(await store.statistics()).toMatchObject({
      accounts: 1,
      rooms: 1,
      archive: 1,
      spans: 1,
      buffered: 0,
    });
  });

  it('retention removes what is too old', async () => {
    const store = await start();
    const account = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    const room = await store.archive.roomKey(DOMAIN, '#room');
    const old = Array.from({ length: 30 }, () => entry(room, { time: 1_000 }));
    const fresh = entry(room, { time: 3_000 });
    store.archive.openSpan(account, room, old[0]?.id ?? '');
    for (const one of [...old, fresh]) store.archive.append(one);
    expect(await store.archive.purge(2_000)).toBe(30);
    expect((await store.archive.page({ account, room, limit: 9 }))?.entries).toEqual([fresh]);
  });

  it('inbox: many rows at once, in order, delivered ones forgotten', async () => {
    const store = await start();
    const { id: account } = await store.accounts.ensure(DOMAIN, 'anna@example.org');
    const rows = Array.from({ length: 500 }, (_, index) => ({
      ...{ id: `id${index}`, account, domain: DOMAIN, stanza: `<message id='${index}'/>` },
    }));
    await Promise.all([...rows, ...rows].map((row) => store.inbox.append(row)));
    expect(await store.inbox.pending(DOMAIN)).toEqual(rows);
    store.inbox.confirm(rows.slice(0, 499).map(({ id }) => id));
    expect(await store.inbox.pending(DOMAIN)).toEqual(rows.slice(499));
  });

  it('S19 key: a wrong one is refused at the start, a rotated one opens what was stored', async () => {
    const store = await start();
    const { id } = await store.accounts.ensure(DOMAIN, 'anna@example.org');
    await store.accounts.update(id, { secrets: { password: 'hunter2' } });
    const next = newKey();
    expect(await store.rotateKey(next)).toBe(1);
    await stop(store);
    await expect(open(database, key)).rejects.toMatchObject({ code: 'wrong-key' });
    key = next;
    const again = await start();
    expect((await again.accounts.find(DOMAIN, 'anna@example.org'))?.secrets).toEqual({ password: 'hunter2' });
  });

  it('A02 a second instance is refused with a sentence that helps', async () => {
    const store = await start();
    await expect(open(database, key)).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(/stop it first/),
    });
    await stop(store);
    await start();
  });

  it('migrations have run, and their state can be read beside a running instance', async () => {
    await start();
    expect(await migrationStatus(database)).toMatchObject({ pending: [], unknown: [] });
  });
});
