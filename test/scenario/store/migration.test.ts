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
/** Of the migrations, oldest first. */
const NAMES = [
  ...['Initial1763700000000', 'Messaging1764900000000', 'PersonalRooms1766000000000'],
  ...['RoomHistory1767000000000', 'Relays1767100000000'],
];

/** A database as an earlier version of the program left it, after so many migrations. */
async function fill(database: DatabaseOptions, key: Buffer, version: number) {
  const engine = await Engine.open(
    { database, key, domains: [DOMAIN] },
    { migrations: migrations.slice(0, version) },
  );
  const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
  const patch = {
    registered: true,
    language: 'ru',
    secrets: { password: 'hunter2' },
    settings: { nick: 'Анна' },
  };
  await engine.updateAccount(anna.id, patch);
  await engine.source.query(`INSERT INTO rooms (domain, room) VALUES ('${DOMAIN}', '#room')`);
  const [stored] = await engine.source.query<{ id: number }[]>('SELECT id FROM rooms');
  const room = stored?.id ?? 0;
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
  if (version > 1) await fillMessages(engine, anna.id);
  const row = { id: 'i', account: anna.id, domain: DOMAIN, stanza: '<message/>' };
  await engine.appendInbox([row]);
  await engine.close();
  return { account: { ...anna, ...patch }, room, entries, row };
}

/** A message that waits, in the columns of the second version. */
async function fillMessages(engine: Engine, account: number): Promise<void> {
  const statements = [
    `INSERT INTO messages (id, account, domain, contact, direction, xmpp_ids, network_ids, author, receipt, state,
       detail, created_at, changed_at)
     VALUES ('old', ${account}, '${DOMAIN}', 'bob', 'out', '["x"]', '["n"]', 'anna@example.org/phone', TRUE, 'sent',
       '', 1000, 1000)`,
    `INSERT INTO message_xmpp_ids (account, xmpp_id, message) VALUES (${account}, 'x', 'old')`,
    `INSERT INTO message_network_ids (account, network_id, message, domain, outgoing)
     VALUES (${account}, 'n', 'old', '${DOMAIN}', 1)`,
  ];
  for (const statement of statements) await engine.source.query(statement);
}

describe.each(engines)('a database of an earlier version on $name', (engine) => {
  beforeAll(() => engine.start());
  afterAll(() => engine.stop());

  it.each([1, 2, 3, 4])(
    'runs forward from version %i with everything in it, after a copy',
    async (version) => {
      const database = await engine.create();
      const key = newKey();
      const { account, room, entries, row } = await fill(database, key, version);
      expect(await migrationStatus(database)).toMatchObject({
        executed: NAMES.slice(0, version),
        pending: NAMES.slice(version),
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
      const old = await store.messages.byXmppId(account.id, 'x', { kind: 'contact', contact: 'bob' });
      expect(old?.networkIds).toEqual(version > 1 ? ['n'] : undefined);
      expect(await store.archive.roomKey(DOMAIN, '#room')).toBe(room);
      const own = await store.archive.personalRoom(DOMAIN, account.id, '#room');
      expect(own).toEqual({ key: expect.any(Number), invited: false, newest: 0 });
      expect(own.key).not.toBe(room);
      await store.close();
      if (database.kind !== 'sqlite') return;
      const copies = readdirSync(dirname(database.path)).filter((name) => name.endsWith('.copy'));
      expect(copies).toEqual([expect.stringContaining(`.${NAMES[version - 1]}.copy`)]);
    },
  );
});
