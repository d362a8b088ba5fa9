import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../../migrations/index.js';
import { restoreBackup } from '../../../src/store/backup.js';
import { Engine } from '../../../src/store/engine.js';
import { migrate, migrationStatus } from '../../../src/store/migration.js';
import type { ArchiveEntry } from '../../../src/store/store.js';
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
    expect(everything().includes('MARKER')).toBe(true);

    await engine.eraseAccount(anna.id);

    expect(everything().includes('MARKER')).toBe(false);
    expect(copies()).toEqual([]);
    const page = await engine.page({ account: bob.id, room: shared, limit: 100 });
    expect(page?.entries).toEqual(common);
    expect(await engine.findAccount(DOMAIN, 'MARKER-owner@example.org')).toBeUndefined();
    // what still arrives for it is left out
    await span(engine, 'open', anna.id, shared, common[0]?.id ?? '');
    await engine.appendInbox([{ id: 'late', account: anna.id, domain: DOMAIN, stanza: 's' }]);
    expect(await engine.statistics()).toMatchObject({ spans: 1, inbox: 0, accounts: 1 });
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

describe('accounts that were never registered', () => {
  it('go when they are old, nothing belongs to them and nobody uses them', async () => {
    const engine = await start();
    const [gone, reader, used, registered] = await Promise.all(
      ['gone', 'reader', 'used', 'registered'].map((name) =>
        engine.ensureAccount(DOMAIN, `${name}@example.org`),
      ),
    );
    const room = await engine.roomKey(DOMAIN, '#live');
    await span(engine, 'open', reader?.id ?? 0, room, entry(room).id);
    await engine.updateAccount(registered?.id ?? 0, { registered: true });
    await engine.purge(Date.now() + 1, [used?.id ?? 0]);
    expect(await engine.findAccount(DOMAIN, gone?.owner ?? '')).toBeUndefined();
    for (const kept of [reader, used, registered]) {
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

describe('backup', () => {
  it('is made while the store is in use, and restored', async () => {
    const engine = await start();
    const { id } = await engine.ensureAccount(DOMAIN, 'anna@example.org');
    await engine.updateAccount(id, { secrets: { password: 'hunter2-marker' } });
    const path = join(folder.path, 'saved.backup');
    await engine.backup(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path).includes('hunter2-marker')).toBe(false);
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
