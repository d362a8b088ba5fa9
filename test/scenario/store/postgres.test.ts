import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/store/migration.js';
import type { Store, StoreTrouble } from '../../../src/store/store.js';
import { type PostgresServer, startPostgres } from '../../servers/postgres.js';
import { newKey, open } from './engines.js';

function nextTrouble(store: Store): Promise<StoreTrouble | undefined> {
  return new Promise((resolve) => {
    const end = store.onTrouble((trouble) => {
      end();
      resolve(trouble);
    });
  });
}

describe('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('S23 a server that is killed and comes back loses nothing that was buffered', async () => {
    const store = await open({ kind: 'postgres', url: server.url }, newKey());
    const { id: account } = await store.accounts.ensure('irc.example.org', 'anna@example.org');
    const room = await store.archive.roomKey('irc.example.org', '#room');
    const entries = Array.from({ length: 50 }, (_, index) => ({
      ...{
        id: uuidv7(),
        room,
        time: index,
        nick: 'anna',
        type: 'message' as const,
        messageId: '',
        payload: 'x',
      },
    }));
    store.archive.openSpan(account, room, entries[0]?.id ?? '');
    await store.archive.flushed();
    await server.kill();
    const trouble = nextTrouble(store);
    for (const one of entries) store.archive.append(one);
    expect(await trouble).toMatchObject({ error: { code: 'unavailable' }, buffered: 50 });
    await expect(
      store.inbox.append({ id: 'a', account, domain: 'irc.example.org', stanza: 's' }),
    ).rejects.toMatchObject({ code: 'unavailable' });
    await server.restart();
    await store.archive.flushed();
    expect(store.trouble).toBeUndefined();
    expect((await store.archive.page({ account, room, limit: 99 }))?.entries).toEqual(entries);
    await store.close();
  });

  it('instances with different domains share a database; equal ones do not', async () => {
    const url = await server.createDatabase();
    const key = newKey();
    const irc = await open({ kind: 'postgres', url }, key, ['irc.example.org', 'oftc.example.org']);
    const sms = await open({ kind: 'postgres', url }, key, ['sms.example.org']);
    await expect(open({ kind: 'postgres', url }, key, ['oftc.example.org'])).rejects.toMatchObject({
      code: 'in-use',
    });
    await irc.close();
    await sms.close();
  });

  it('I21 opening one domain leaves the open spans of another process alone', async () => {
    const url = await server.createDatabase();
    const key = newKey();
    const irc = await open({ kind: 'postgres', url }, key, ['irc.example.org']);
    const { id: account } = await irc.accounts.ensure('irc.example.org', 'anna@example.org');
    const room = await irc.archive.roomKey('irc.example.org', '#room');
    const id = uuidv7();
    irc.archive.openSpan(account, room, id);
    await irc.archive.flushed();
    const sms = await open({ kind: 'postgres', url }, key, ['sms.example.org']);
    irc.archive.append({ id, room, time: 1, nick: 'n', type: 'message', messageId: '', payload: 'x' });
    const later = uuidv7();
    irc.archive.append({ id: later, room, time: 1, nick: 'n', type: 'message', messageId: '', payload: 'x' });
    expect((await irc.archive.page({ account, room, limit: 9 }))?.count).toBe(2);
    await sms.close();
    await irc.close();
  });

  it('a server that cannot be reached, and one that has no such database, are named as such', async () => {
    const unreachable = open({ kind: 'postgres', url: 'postgres://tests@127.0.0.1:1/none' }, newKey());
    await expect(unreachable).rejects.toMatchObject({ code: 'unavailable' });
    const missing = new URL(server.url);
    missing.pathname = '/missing';
    await expect(migrate({ kind: 'postgres', url: missing.href })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('backup names the tool of PostgreSQL', async () => {
    const store = await open({ kind: 'postgres', url: await server.createDatabase() }, newKey());
    await expect(store.backup('/nowhere/backup')).rejects.toThrow(/pg_dump/);
    await store.close();
  });
});
