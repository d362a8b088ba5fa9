import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../migrations/index.js';
import { Engine } from '../../../src/store/engine.js';
import { migrationStatus } from '../../../src/store/migration.js';
import type { DatabaseOptions } from '../../../src/store/options.js';
import { messageRecord, outboxEntry } from '../../support/message-rows.js';
import { engines, newKey, open } from './engines.js';

const DOMAIN = 'irc.example.org';

/** A database as the first version of the program left it. */
async function fill(database: DatabaseOptions, key: Buffer) {
  const engine = await Engine.open(
    { database, key, domains: [DOMAIN] },
    { migrations: migrations.slice(0, 1) },
  );
  const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
  const patch = {
    registered: true,
    language: 'ru',
    secrets: { password: 'hunter2' },
    settings: { nick: 'Анна' },
  };
  await engine.updateAccount(anna.id, patch);
  const room = await engine.roomKey(DOMAIN, '#room');
  const entries = Array.from({ length: 200 }, (_, index) => ({
    ...{ id: uuidv7(), room, time: 1_763_700_000_000 + index, nick: 'anna', type: 'message' as const },
    ...{ messageId: `m${index}`, payload: `<body>${index}</body>` },
  }));
  const flat = entries.flatMap((one) => [
    ...[one.id, one.room, one.time, one.nick, one.type, one.messageId, one.payload],
  ]);
  const id = entries[0]?.id ?? '';
  await engine.write({
    entries: flat,
    spans: [{ kind: 'open', account: anna.id, room, id }],
    confirmed: [],
  });
  const row = { id: 'i', account: anna.id, domain: DOMAIN, stanza: '<message/>' };
  await engine.appendInbox([row]);
  await engine.close();
  return { account: { ...anna, ...patch }, room, entries, row };
}

describe.each(engines)('a database of the first version on $name', (engine) => {
  beforeAll(() => engine.start());
  afterAll(() => engine.stop());

  it('runs forward with everything in it, after a copy', async () => {
    const database = await engine.create();
    const key = newKey();
    const { account, room, entries, row } = await fill(database, key);
    expect(await migrationStatus(database)).toMatchObject({
      ...{ executed: ['Initial1763700000000'], pending: ['Messaging1764900000000'] },
    });
    const store = await open(database, key);
    expect(await migrationStatus(database)).toMatchObject({ pending: [], unknown: [] });
    expect(await store.accounts.get(account.id)).toEqual(account);
    const page = await store.archive.page({ account: account.id, room, limit: 500 });
    expect(page).toEqual({ entries, complete: true, count: 200 });
    expect(await store.inbox.pending(DOMAIN)).toEqual([row]);
    const record = messageRecord(account.id);
    await store.messages.submit(record, outboxEntry(record));
    expect(await store.messages.waiting(account.id)).toEqual([outboxEntry(record)]);
    await store.close();
    if (database.kind !== 'sqlite') return;
    const copies = readdirSync(dirname(database.path)).filter((name) => name.endsWith('.copy'));
    expect(copies).toEqual([expect.stringMatching(/\.Initial1763700000000\.copy$/)]);
  });
});
