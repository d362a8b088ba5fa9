import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrations } from '../../../migrations/index.js';
import { restoreBackup } from '../../../src/store/backup.js';
import { Engine } from '../../../src/store/engine.js';
import { migrate, migrationStatus } from '../../../src/store/migration.js';
import { Sql } from '../../../src/store/sql.js';
import type { ArchiveEntry } from '../../../src/store/store.js';
import { contactRecord, messageRecord, outboxEntry } from '../../support/message-rows.js';
import { entry, Folder } from './in-thread.js';

const DOMAIN = 'irc.example.org';

class AddsTable1763700000001 implements MigrationInterface {
  readonly name = 'AddsTable1763700000001';
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE extra (id INTEGER PRIMARY KEY)');
  }
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE extra');
  }
}

class Fails1763700000002 implements MigrationInterface {
  readonly name = 'Fails1763700000002';
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DELETE FROM accounts');
    await queryRunner.query('DROP TABLE inbox');
    await queryRunner.query('CREATE TABLE accounts (id INTEGER)');
  }
  async down(): Promise<void> {}
}

let folder: Folder;
let open: Engine[];

beforeEach(() => {
  folder = new Folder();
  open = [];
});
afterEach(async () => {
  for (const engine of open) await engine.close();
  folder.remove();
});

async function start(...args: Parameters<Folder['open']>): Promise<Engine> {
  const engine = await folder.open(...args);
  open.push(engine);
  return engine;
}

async function stop(engine: Engine): Promise<void> {
  open = open.filter((one) => one !== engine);
  await engine.close();
}

function write(engine: Engine, entries: readonly ArchiveEntry[]) {
  const flat = entries.flatMap((one) => [
    ...[one.id, one.room, one.time, one.nick, one.type, one.messageId, one.payload],
  ]);
  return engine.write({ entries: flat, spans: [], confirmed: [] });
}

function span(engine: Engine, kind: 'open' | 'close', account: number, room: number, id: string) {
  return engine.write({ entries: [], spans: [{ kind, account, room, id }], confirmed: [] });
}

/** Every byte that the data folder holds. */
function everything(): Buffer {
  return Buffer.concat(readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name))));
}

/** One row of each kind that belongs to the account, with the marker in all that is said. */
async function fill(engine: Engine, account: number, marker: string) {
  const contact = `${marker}-contact`;
  const record = messageRecord(account, {
    ...{ contact, xmppIds: [`${marker}-x`], networkIds: [`${marker}-n`], author: `${marker}-author` },
    detail: `${marker}-detail`,
  });
  const entry = outboxEntry(record, { payload: `${marker}-payload` });
  const held = { id: `${marker}-held`, account, domain: DOMAIN, stanza: `${marker}-stanza` };
  const report = { outcome: 'failed', detail: `${marker}-reason`, time: 1_000 } as const;
  const state = { key: `${marker}-key`, value: `"${marker}-value"`, account };
  const known = contactRecord(account, { contact, name: `${marker}-name`, groups: [`${marker}-group`] });
  const outcomes = [
    ...(await engine.changeContacts([{ kind: 'put', records: [known] }])),
    ...(await engine.changeMessages([
      { kind: 'submit', record, entry },
      { kind: 'report', domain: DOMAIN, networkId: `${marker}-n`, report },
      { kind: 'hold', rows: [held] },
    ])),
    ...(await engine.changeStates([{ kind: 'put', domain: DOMAIN, bucket: 'codes', row: state }])),
  ];
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  return { record, entry, held, state, contact: known };
}

const copies = () => readdirSync(folder.path).filter((name) => name.endsWith('.copy'));

describe('erasure', () => {
  it('C19 nothing of the account is left in any file, and others keep their history', async () => {
    const older = await start();
    await older.ensureAccount(DOMAIN, 'MARKER-owner@example.org');
    await stop(older);
    const engine = await start({}, [...migrations, AddsTable1763700000001]);
    expect(copies()).toHaveLength(1);
    const anna = await engine.ensureAccount(DOMAIN, 'MARKER-owner@example.org');
    const bob = await engine.ensureAccount(DOMAIN, 'bob@example.org');
    await engine.updateAccount(anna.id, {
      registered: true,
      settings: { nick: 'MARKER-setting' },
      secrets: { password: 'MARKER-secret' },
      stays: { 'MARKER-stay': 'x' },
    });
    const own = await engine.roomKey(DOMAIN, 'MARKER-private');
    const shared = await engine.roomKey(DOMAIN, '#shared');
    const text = (room: number, payload: string) =>
      entry(room, { payload: `${payload} ${'x'.repeat(2_000)}` });
    const before = Array.from({ length: 50 }, () => text(shared, 'MARKER-alone'));
    const common = Array.from({ length: 50 }, () => text(shared, 'common'));
    const alone = Array.from({ length: 50 }, () => text(own, 'MARKER-own'));
    await span(engine, 'open', anna.id, shared, before[0]?.id ?? '');
    await span(engine, 'open', anna.id, own, alone[0]?.id ?? '');
    await span(engine, 'open', bob.id, shared, common[0]?.id ?? '');
    await write(engine, [...before, ...common, ...alone]);
    await engine.appendInbox([
      { id: 'MARKER-row', account: anna.id, domain: DOMAIN, stanza: 'MARKER-stanza' },
    ]);
    await fill(engine, anna.id, 'MARKER');
    const kept = await fill(engine, bob.id, 'kept');
    expect(everything().includes('MARKER-detail')).toBe(true);
    expect(everything().includes('MARKER-reason')).toBe(true);

    await engine.eraseAccount(anna.id);

    expect(everything().includes('MARKER')).toBe(false);
    expect(copies()).toEqual([]);
    const page = await engine.page({ account: bob.id, room: shared, limit: 100 });
    expect(page?.entries).toEqual(common);
    expect(await engine.findAccount(DOMAIN, 'MARKER-owner@example.org')).toBeUndefined();
    // what still arrives for it is left out
    await span(engine, 'open', anna.id, shared, common[0]?.id ?? '');
    await engine.appendInbox([{ id: 'late', account: anna.id, domain: DOMAIN, stanza: 's' }]);
    expect(await engine.changeMessages([{ kind: 'change', id: 'late', change: { changedAt: 1 } }])).toEqual([
      { ok: true, value: [] },
    ]);
    expect(await engine.statistics()).toMatchObject({
      ...{ spans: 1, inbox: 0, accounts: 1, contacts: 1, messages: 1, outbox: 1, held: 1 },
      ...{ reports: 1, states: 1 },
    });
    expect(await engine.waiting(bob.id)).toEqual([kept.entry]);
    const again = await engine.ensureAccount(DOMAIN, 'MARKER-owner@example.org');
    expect(again).toMatchObject({ registered: false, secrets: {}, settings: {}, stays: {} });
    expect(again.id).not.toBe(anna.id);
  });

  it('a room removed with its last account keeps the key it was known by', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const room = await engine.roomKey(DOMAIN, '#room');
    const first = entry(room);
    await span(engine, 'open', anna.id, room, first.id);
    await write(engine, [first]);
    await engine.eraseAccount(anna.id);
    expect(await engine.statistics()).toMatchObject({ rooms: 0, archive: 0 });
    const bob = await engine.ensureAccount(DOMAIN, 'bob@example.org');
    const second = entry(room);
    await span(engine, 'open', bob.id, room, second.id);
    await write(engine, [second]);
    expect(await engine.roomKey(DOMAIN, '#room')).toBe(room);
    expect((await engine.page({ account: bob.id, room, limit: 5 }))?.entries).toEqual([second]);
  });

  it('tells that the log could not be truncated while another program reads', async () => {
    const engine = await start({ truncateAttempts: 2 });
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const reader = new Database(folder.database);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM accounts').get();
    await expect(engine.eraseAccount(anna.id)).rejects.toMatchObject({ code: 'locked' });
    reader.close();
    await engine.eraseAccount(anna.id);
    expect(everything().includes('anna@')).toBe(false);
  });
});

describe('spans after a crash', () => {
  it('I21 end when the store is opened again; what comes later is not seen', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const room = await engine.roomKey(DOMAIN, '#room');
    const seen = entry(room);
    await span(engine, 'open', anna.id, room, seen.id);
    await write(engine, [seen]);
    await stop(engine);
    const second = await start();
    await write(second, [entry(room)]);
    expect((await second.page({ account: anna.id, room, limit: 5 }))?.entries).toEqual([seen]);
  });

  it('end behind what was seen even when the clock was set back', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const room = await engine.roomKey(DOMAIN, '#room');
    const future = ['ffffffff-0000-7000-8000-000000000001', 'ffffffff-0000-7000-8000-000000000002'];
    const entries = future.map((id) => entry(room, { id }));
    await span(engine, 'open', anna.id, room, future[0] ?? '');
    await write(engine, entries);
    await stop(engine);
    const second = await start();
    await write(second, [entry(room, { id: 'ffffffff-0000-7000-8000-000000000003' })]);
    expect((await second.page({ account: anna.id, room, limit: 5 }))?.entries).toEqual(entries);
  });

  it('stay open when only the thread was replaced', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const room = await engine.roomKey(DOMAIN, '#room');
    const first = entry(room);
    await span(engine, 'open', anna.id, room, first.id);
    await stop(engine);
    const second = await Engine.open(folder.options(), { resume: true });
    open.push(second);
    await write(second, [first]);
    expect((await second.page({ account: anna.id, room, limit: 5 }))?.entries).toEqual([first]);
  });
});

describe('retention', () => {
  it('removes old entries, spans that cover nothing and rooms that hold nothing, in small steps', async () => {
    const engine = await start({ purgeRows: 7 });
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const [live, dead] = [await engine.roomKey(DOMAIN, '#live'), await engine.roomKey(DOMAIN, '#dead')];
    const old = [live, dead].flatMap((room) =>
      Array.from({ length: 20 }, () => entry(room, { time: 1_000 })),
    );
    for (const room of [live, dead]) {
      const ids = old.filter((one) => one.room === room).map((one) => one.id);
      await span(engine, 'open', anna.id, room, ids[0] ?? '');
      await span(engine, 'close', anna.id, room, ids.at(-1) ?? '');
    }
    const fresh = entry(live, { time: 2_000 });
    await span(engine, 'open', anna.id, live, fresh.id);
    await write(engine, [...old, fresh]);
    expect(await engine.purge(2_000)).toBe(40);
    expect(await engine.statistics()).toMatchObject({ archive: 1, spans: 1, rooms: 1 });
    expect((await engine.page({ account: anna.id, room: live, limit: 5 }))?.entries).toEqual([fresh]);
  });
});

describe('retention of messages', () => {
  it('removes old ones in small steps, with every id and report', async () => {
    const engine = await start({ purgeRows: 7 });
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const old = Array.from({ length: 20 }, (_, index) =>
      messageRecord(anna.id, {
        ...{ xmppIds: ['same', `x${index}`], networkIds: [`n${index}`, `m${index}`] },
        ...{ createdAt: 1_000, changedAt: 1_000, state: 'received', direction: 'in' },
      }),
    );
    const report = { outcome: 'delivered', detail: '', time: Date.now() + 1_000_000_000 } as const;
    await engine.changeMessages(old.map((record) => ({ kind: 'accept', record, stanzas: [] })));
    await engine.changeMessages(
      Array.from({ length: 10 }, (_, index) => {
        return { kind: 'report', domain: DOMAIN, networkId: `early${index}`, report };
      }),
    );
    expect(await engine.purgeMessages(2_000)).toBe(20);
    // a time to come keeps nothing for ever
    expect(await engine.statistics()).toMatchObject({ messages: 0, reports: 10 });
    expect(await engine.purgeMessages(Date.now() + 1)).toBe(10);
    for (const table of ['message_xmpp_ids', 'message_network_ids', 'part_reports']) {
      expect(await engine.source.query(`SELECT * FROM ${table}`)).toEqual([]);
    }
  });
});

describe('accounts that were never registered', () => {
  it('go when they are old, nothing belongs to them and nobody uses them', async () => {
    const engine = await start();
    const [gone, reader, used, registered, ...owners] = await Promise.all(
      ['gone', 'reader', 'used', 'registered', 'acquainted', 'writer', 'pending', 'remembered'].map((name) =>
        engine.ensureAccount(DOMAIN, `${name}@example.org`),
      ),
    );
    const room = await engine.roomKey(DOMAIN, '#live');
    await span(engine, 'open', reader?.id ?? 0, room, entry(room).id);
    await engine.updateAccount(registered?.id ?? 0, { registered: true });
    const [acquainted, writer, pending, remembered] = owners.map(({ id }) => id);
    await engine.changeContacts([{ kind: 'put', records: [contactRecord(acquainted ?? 0)] }]);
    const record = messageRecord(writer ?? 0, { direction: 'in' });
    const held = { id: 'h', account: pending ?? 0, domain: DOMAIN, stanza: 's' };
    await engine.changeMessages([
      { kind: 'accept', record, stanzas: [] },
      { kind: 'hold', rows: [held] },
    ]);
    const row = { key: 'k', value: '1', account: remembered ?? 0 };
    await engine.changeStates([{ kind: 'put', domain: DOMAIN, bucket: 'b', row }]);
    await engine.purge(Date.now() + 1, [used?.id ?? 0]);
    expect(await engine.findAccount(DOMAIN, gone?.owner ?? '')).toBeUndefined();
    for (const kept of [reader, used, registered, ...owners]) {
      expect(await engine.findAccount(DOMAIN, kept?.owner ?? '')).toBeDefined();
    }
  });
});

describe('migrations', () => {
  it('makes a copy before, and runs forward', async () => {
    const database = { kind: 'sqlite', path: folder.database } as const;
    const all = [...migrations, AddsTable1763700000001];
    expect(await migrationStatus(database)).toMatchObject({ executed: [], unknown: [] });
    expect(existsSync(folder.database)).toBe(false);
    expect((await migrate(database)).copy).toBeUndefined();
    expect(await migrationStatus(database, all)).toMatchObject({ pending: ['AddsTable1763700000001'] });
    const result = await migrate(database, [], all);
    expect(result.executed).toEqual(['AddsTable1763700000001']);
    expect(statSync(result.copy ?? '').mode & 0o777).toBe(0o600);
    expect(await migrationStatus({ kind: 'sqlite', path: result.copy ?? '' }, all)).toMatchObject({
      pending: ['AddsTable1763700000001'],
    });
    expect(await migrate(database, [], all)).toEqual({ executed: [], copy: undefined });
  });

  it('S23 a failed migration leaves the old state working', async () => {
    const engine = await start();
    await engine.ensureAccount(DOMAIN, 'anna@example.org');
    await stop(engine);
    const failing = [...migrations, AddsTable1763700000001, Fails1763700000002];
    await expect(folder.open({}, failing)).rejects.toThrow(/migration failed and was undone/);
    const again = await start();
    expect(await again.findAccount(DOMAIN, 'anna@example.org')).toBeDefined();
    expect(await again.pendingInbox(DOMAIN)).toEqual([]);
    await expect(again.source.query('SELECT * FROM extra')).rejects.toThrow(/no such table/);
  });

  it('refuses a database of a newer version, and keeps only so many copies', async () => {
    await stop(await start({}, [...migrations, AddsTable1763700000001]));
    await expect(folder.open()).rejects.toMatchObject({ code: 'newer' });
    for (const day of ['20260101', '20260102', '20260103', '20260104']) {
      writeFileSync(`${folder.database}.${day}T000000000Z.Initial1763700000000.copy`, 'copy');
    }
    await stop(await start({ copiesKept: 2 }, [...migrations, AddsTable1763700000001]));
    expect(
      copies()
        .sort()
        .map((name) => name.slice('isthmus.db.'.length, 'isthmus.db.'.length + 8)),
    ).toEqual(['20260103', '20260104']);
  });

  it('the entities match what the migrations make', async () => {
    const engine = await start();
    const { upQueries } = await engine.source.driver.createSchemaBuilder().log();
    expect(upQueries.map((query) => query.query).filter((text) => text.includes('accounts'))).toEqual([]);
  });
});

describe('key', () => {
  it('S19 secrets are encrypted at rest and bound to their row', async () => {
    const engine = await start();
    const [anna, bob] = [
      await engine.ensureAccount(DOMAIN, 'anna@example.org'),
      await engine.ensureAccount(DOMAIN, 'bob@example.org'),
    ];
    await engine.updateAccount(anna.id, { secrets: { password: 'hunter2-marker' } });
    expect(everything().includes('hunter2-marker')).toBe(false);
    await engine.source.query(
      'UPDATE accounts SET secrets = (SELECT secrets FROM accounts WHERE id = ?) WHERE id = ?',
      [anna.id, bob.id],
    );
    await expect(engine.findAccount(DOMAIN, 'bob@example.org')).rejects.toMatchObject({ code: 'wrong-key' });
    expect(await engine.findAccount(DOMAIN, 'anna@example.org')).toMatchObject({
      secrets: { password: 'hunter2-marker' },
    });
  });

  it('S19 words that wait are encrypted at rest and bound to message and account', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const bob = await engine.ensureAccount(DOMAIN, 'bob@example.org');
    await fill(engine, anna.id, 'MARKER');
    for (const word of ['payload', 'stanza', 'value']) {
      expect(everything().includes(`MARKER-${word}`)).toBe(false);
    }
    for (const table of ['outbox', 'held']) {
      await engine.source.query(`UPDATE ${table} SET account = ?`, [bob.id]);
    }
    await engine.source.query("UPDATE network_states SET state_key = 'other'");
    await expect(engine.waiting(bob.id)).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(engine.held(bob.id)).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(engine.getState(DOMAIN, 'codes', 'other')).rejects.toMatchObject({ code: 'wrong-key' });
  });

  it('S19 after a rotation nothing that the old key opens is left in any file', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    await engine.updateAccount(anna.id, { secrets: { password: 'secret' } });
    const filled = await fill(engine, anna.id, 'word');
    const [row] = await engine.source.query('SELECT payload FROM outbox');
    const keyId: string = row.payload.split('.')[1];
    expect(everything().includes(keyId)).toBe(true);
    const key = randomBytes(32);
    // what shares the moment with the rotation is written with the key that holds then
    const late = messageRecord(anna.id);
    const [, outcomes] = await Promise.all([
      engine.rotateKey(key),
      engine.changeMessages([{ kind: 'submit', record: late, entry: outboxEntry(late) }]),
    ]);
    expect(outcomes).toEqual([{ ok: true, value: undefined }]);
    expect(everything().includes(keyId)).toBe(false);
    await stop(engine);
    const again = await Engine.open({ ...folder.options(), key });
    open.push(again);
    expect(await again.waiting(anna.id)).toEqual([filled.entry, outboxEntry(late)]);
    expect(await again.held(anna.id)).toEqual([filled.held]);
    expect(await again.getState(DOMAIN, 'codes', 'word-key')).toEqual(filled.state);
  });

  it('a rotation that fails leaves everything with the old key', async () => {
    const engine = await start();
    const anna = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const filled = await fill(engine, anna.id, 'word');
    await engine.source.query("UPDATE network_states SET value = 'damaged'");
    await expect(engine.rotateKey(randomBytes(32))).rejects.toMatchObject({ code: 'wrong-key' });
    expect(await engine.waiting(anna.id)).toEqual([filled.entry]);
    await stop(engine);
    expect(await (await start()).held(anna.id)).toEqual([filled.held]);
  });

  it('a wrong key is one clear error when the store is opened', async () => {
    await stop(await start());
    const wrong = Engine.open({ ...folder.options(), key: randomBytes(32) });
    await expect(wrong).rejects.toThrow(/key does not fit this database/);
  });

  it('rotation encrypts every row anew; the old key opens nothing any more', async () => {
    const engine = await start();
    const owners = Array.from({ length: 1_200 }, (_, index) => `user${index}@example.org`);
    const accounts = await Promise.all(owners.map((owner) => engine.ensureAccount(DOMAIN, owner)));
    await Promise.all(
      accounts.map(({ id, owner }) => engine.updateAccount(id, { secrets: { password: owner } })),
    );
    const key = randomBytes(32);
    expect(await engine.rotateKey(key)).toBe(1_200);
    expect(await engine.findAccount(DOMAIN, 'user7@example.org')).toMatchObject({
      secrets: { password: 'user7@example.org' },
    });
    await stop(engine);
    await expect(folder.open()).rejects.toMatchObject({ code: 'wrong-key' });
    const again = await Engine.open({ ...folder.options(), key });
    open.push(again);
    expect(await again.findAccount(DOMAIN, 'user1199@example.org')).toMatchObject({
      secrets: { password: 'user1199@example.org' },
    });
  });

  it('a previous key opens the database until the rotation', async () => {
    const engine = await start();
    const { id } = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    await engine.updateAccount(id, { secrets: { password: 'old' } });
    await stop(engine);
    const key = randomBytes(32);
    const both = await Engine.open({ ...folder.options(), key, previousKeys: [folder.key] });
    open.push(both);
    expect(await both.findAccount(DOMAIN, 'anna@example.org')).toMatchObject({
      secrets: { password: 'old' },
    });
    expect(await both.rotateKey(key)).toBe(1);
  });
});

describe('one holder', () => {
  it('a second instance is told what to do, and takes over when the first has gone', async () => {
    const engine = await start();
    await expect(folder.open()).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(/stop it first/),
    });
    await expect(migrate({ kind: 'sqlite', path: folder.database })).rejects.toMatchObject({
      code: 'in-use',
    });
    await stop(engine);
    await stop(await start());
  });
});

describe('bad disks', () => {
  it('a full database refuses new rows with one clear error, keeps the old, and goes on when there is room', async () => {
    const engine = await start();
    const { id } = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const [pages] = await engine.source.query('PRAGMA page_count');
    await engine.source.query(`PRAGMA max_page_count = ${pages.page_count}`);
    const row = (name: string) => ({ id: name, account: id, domain: DOMAIN, stanza: 'x'.repeat(20_000) });
    await expect(engine.appendInbox([row('a')])).rejects.toMatchObject({ code: 'full' });
    expect(await engine.findAccount(DOMAIN, 'anna@example.org')).toBeDefined();
    await engine.source.query('PRAGMA max_page_count = 1000000');
    await engine.appendInbox([row('b')]);
    expect((await engine.pendingInbox(DOMAIN)).map((one) => one.id)).toEqual(['b']);
  });

  it('S23 a full or locked database refuses messages whole, and goes on when it can', async () => {
    const engine = await start();
    const { id } = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const submit = (payload: string) => {
      const record = messageRecord(id);
      return engine.changeMessages([{ kind: 'submit', record, entry: outboxEntry(record, { payload }) }]);
    };
    const [pages] = await engine.source.query('PRAGMA page_count');
    await engine.source.query(`PRAGMA max_page_count = ${pages.page_count}`);
    await expect(submit('x'.repeat(100_000))).rejects.toMatchObject({ code: 'full' });
    await engine.source.query('PRAGMA max_page_count = 1000000');
    const other = new Database(folder.database);
    other.exec('BEGIN IMMEDIATE');
    await expect(submit('hello')).rejects.toMatchObject({ code: 'locked' });
    const state = { key: 'k', value: '1' };
    const put = engine.changeStates([{ kind: 'put', domain: DOMAIN, bucket: 'b', row: state }]);
    await expect(put).rejects.toMatchObject({ code: 'locked' });
    other.close();
    expect(await engine.statistics()).toMatchObject({ messages: 0, outbox: 0, states: 0 });
    expect(await submit('hello')).toEqual([{ ok: true, value: undefined }]);
    expect(await engine.waiting(id)).toMatchObject([{ payload: 'hello' }]);
  });

  it('a locked and a read-only database are named as such', async () => {
    const engine = await start();
    const other = new Database(folder.database);
    other.exec('BEGIN IMMEDIATE');
    await expect(engine.ensureAccount(DOMAIN, 'anna@example.org')).rejects.toMatchObject({ code: 'locked' });
    other.close();
    await engine.source.query('PRAGMA query_only = ON');
    await expect(engine.ensureAccount(DOMAIN, 'anna@example.org')).rejects.toMatchObject({
      code: 'read-only',
    });
    await engine.source.query('PRAGMA query_only = OFF');
    await engine.ensureAccount(DOMAIN, 'anna@example.org');
  });

  it('a file that is no database is named as such and left alone', async () => {
    writeFileSync(
      folder.database,
      'this is a text file, long enough to be looked at as a header of a database '.repeat(20),
    );
    await expect(folder.open()).rejects.toMatchObject({ code: 'corrupt' });
    expect(readFileSync(folder.database, 'utf8')).toMatch(/^this is a text file/);
  });

  it('one row that cannot be stored does not hold up the others', async () => {
    const engine = await start();
    const room = await engine.roomKey(DOMAIN, '#room');
    const good = [entry(room), entry(room)];
    const bad = entry(room, { time: Number.NaN });
    const { anna } = { anna: await engine.ensureAccount(DOMAIN, 'anna@example.org') };
    await span(engine, 'open', anna.id, room, good[0]?.id ?? '');
    expect(await write(engine, [...good.slice(0, 1), bad, ...good.slice(1)])).toEqual({ dropped: 1 });
    expect((await engine.page({ account: anna.id, room, limit: 5 }))?.entries).toEqual(good);
  });

  it('a failed change does not undo those that share its transaction', async () => {
    const engine = await start();
    const outcomes = await Promise.allSettled([
      engine.ensureAccount(DOMAIN, 'anna@example.org'),
      engine.updateAccount(12_345, { registered: true }),
      engine.ensureAccount(DOMAIN, 'bob@example.org'),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await engine.statistics()).toMatchObject({ accounts: 2 });
  });
});

describe('reads among writes', () => {
  it('share the transaction, and see what was written before them and nothing that comes after', async () => {
    const engine = await start();
    const run = vi.spyOn(Sql.prototype, 'run');
    const find = (name: string) => engine.findAccount(DOMAIN, `${name}@example.org`);
    const outcomes = await Promise.all([
      find('anna'),
      engine.ensureAccount(DOMAIN, 'anna@example.org'),
      find('anna'),
      find('bob'),
      engine.ensureAccount(DOMAIN, 'bob@example.org'),
      find('bob'),
    ]);
    const commits = run.mock.calls.filter(([statement]) => statement === 'COMMIT').length;
    run.mockRestore();
    expect(commits).toBe(1);
    expect(outcomes.map((account) => account?.owner.split('@')[0])).toEqual([
      ...[undefined, 'anna', 'anna', undefined, 'bob', 'bob'],
    ]);
  });

  it('one that fails undoes nothing', async () => {
    const engine = await start();
    const state = (key: string) => ({
      kind: 'put' as const,
      domain: DOMAIN,
      bucket: 'b',
      row: { key, value: '1' },
    });
    await engine.changeStates([state('whole'), state('moved')]);
    await engine.source.query(
      `UPDATE network_states SET value = (SELECT value FROM network_states WHERE state_key = 'whole')
       WHERE state_key = 'moved'`,
    );
    const outcomes = await Promise.allSettled([
      engine.ensureAccount(DOMAIN, 'anna@example.org'),
      engine.getState(DOMAIN, 'b', 'moved'),
      engine.ensureAccount(DOMAIN, 'bob@example.org'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await engine.statistics()).toMatchObject({ accounts: 2 });
  });

  it('are answered when the disk is full', async () => {
    const engine = await start();
    const { id } = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const [pages] = await engine.source.query('PRAGMA page_count');
    await engine.source.query(`PRAGMA max_page_count = ${pages.page_count}`);
    const outcomes = await Promise.allSettled([
      engine.appendInbox([{ id: 'a', account: id, domain: DOMAIN, stanza: 'x'.repeat(20_000) }]),
      engine.findAccount(DOMAIN, 'anna@example.org'),
      engine.appendInbox([{ id: 'b', account: id, domain: DOMAIN, stanza: 'x'.repeat(20_000) }]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });
});

describe('backup', () => {
  it('is made while the store is in use, and restored', async () => {
    const engine = await start();
    const { id } = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    await engine.updateAccount(id, { secrets: { password: 'hunter2-marker' } });
    const filled = await fill(engine, id, 'filled');
    const path = join(folder.path, 'saved.backup');
    await engine.backup(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path).includes('hunter2-marker')).toBe(false);
    expect(readFileSync(path).includes('filled-payload')).toBe(false);
    await expect(engine.backup(path)).rejects.toThrow(/exists already/);
    await engine.ensureAccount(DOMAIN, 'later@example.org');
    await expect(restoreBackup(path, folder.database, folder.key)).rejects.toMatchObject({ code: 'in-use' });
    await stop(engine);
    const kept = await restoreBackup(path, folder.database, folder.key);
    expect(kept).toMatch(/replaced\.copy$/);
    const restored = await start();
    expect(await restored.findAccount(DOMAIN, 'anna@example.org')).toMatchObject({
      secrets: { password: 'hunter2-marker' },
    });
    expect(await restored.findAccount(DOMAIN, 'later@example.org')).toBeUndefined();
    expect(await restored.listContacts(id)).toEqual([filled.contact]);
    expect(await restored.message(filled.record.id)).toEqual(filled.record);
    expect(await restored.waiting(id)).toEqual([filled.entry]);
    expect(await restored.held(id)).toEqual([filled.held]);
    expect(await restored.getState(DOMAIN, 'codes', 'filled-key')).toEqual(filled.state);
  });

  it('a backup written with another key is refused and changes nothing', async () => {
    const engine = await start();
    const path = join(folder.path, 'saved.backup');
    await engine.backup(path);
    await engine.ensureAccount(DOMAIN, 'later@example.org');
    await stop(engine);
    await expect(restoreBackup(path, folder.database, randomBytes(32))).rejects.toMatchObject({
      code: 'wrong-key',
    });
    const again = await start();
    expect(await again.findAccount(DOMAIN, 'later@example.org')).toBeDefined();
  });

  it('a damaged backup is refused and changes nothing', async () => {
    const engine = await start();
    await engine.ensureAccount(DOMAIN, 'anna@example.org');
    const path = join(folder.path, 'saved.backup');
    await engine.backup(path);
    await stop(engine);
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4_096, 12_288);
    writeFileSync(path, bytes);
    await expect(restoreBackup(path, folder.database, folder.key)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(restoreBackup(join(folder.path, 'none'), folder.database, folder.key)).rejects.toMatchObject(
      {
        code: 'not-found',
      },
    );
    const again = await start();
    expect(await again.findAccount(DOMAIN, 'anna@example.org')).toBeDefined();
  });
});
