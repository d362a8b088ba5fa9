import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { Cipher } from './cipher.js';
import { copyPath } from './copies.js';
import { MIGRATIONS_TABLE, sqliteConnection } from './database.js';
import { toStoreError } from './driver-error.js';
import { StoreError } from './error.js';
import { KEY_CHECK_NAME, verifyKey } from './key-check.js';
import { takeLock } from './lock.js';
import { engineLimits } from './options.js';

/** Pages copied before other work gets its turn. */
const PAGES_PER_STEP = 256;

/**
 * Writes a consistent copy of an SQLite database while it is in use; secrets stay encrypted. Rejects with a
 * StoreError when the path exists or the engine is PostgreSQL.
 */
export async function backupTo(source: DataSource, path: string): Promise<void> {
  if (source.options.type === 'postgres') {
    throw new StoreError('other', 'PostgreSQL is backed up with its own tools: pg_dump, or pg_basebackup');
  }
  if (existsSync(path)) throw new StoreError('other', `${path} exists already: give a path that does not`);
  try {
    closeSync(openSync(path, 'wx', 0o600));
    await sqliteConnection(source).backup(path, { progress: () => PAGES_PER_STEP });
    const copy = new Database(path);
    try {
      // the copy is one file then, without a log beside it
      copy.pragma('journal_mode = DELETE');
    } finally {
      copy.close();
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw toStoreError(error);
  }
}

/**
 * Puts a backup in the place of an SQLite database. The gateway must not run: else it rejects with a StoreError
 * `in-use`; with `corrupt` when the backup is damaged, with `wrong-key` when `key` is not the one that it was
 * written with; then nothing has changed. A database that is replaced is kept as a copy beside it.
 * @returns the path of that copy, if any
 */
export async function restoreBackup(from: string, to: string, key: Uint8Array): Promise<string | undefined> {
  checkBackup(from, key);
  const lock = await takeLock({ kind: 'sqlite', path: to }, [], engineLimits);
  const incoming = `${to}.restoring`;
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    copyFileSync(from, incoming);
    chmodSync(incoming, 0o600);
    sync(incoming);
    const kept = existsSync(to) ? keep(to) : undefined;
    for (const suffix of ['-wal', '-shm']) rmSync(`${to}${suffix}`, { force: true });
    renameSync(incoming, to);
    sync(dirname(to));
    return kept;
  } catch (error) {
    rmSync(incoming, { force: true });
    throw toStoreError(error);
  } finally {
    await lock.release();
  }
}

function checkBackup(path: string, key: Uint8Array): void {
  if (!existsSync(path)) throw new StoreError('not-found', `${path} does not exist`);
  let backup: Database.Database | undefined;
  try {
    backup = new Database(path, { readonly: true, fileMustExist: true });
    const result = backup.pragma('integrity_check', { simple: true });
    if (result !== 'ok') throw new StoreError('corrupt', `${path} is damaged: ${String(result)}`);
    const table = backup
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")
      .get(MIGRATIONS_TABLE);
    if (!table) throw new StoreError('corrupt', `${path} is no database of Isthmus`);
    const note = backup.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(KEY_CHECK_NAME);
    if (typeof note === 'string') verifyKey(note, new Cipher(key));
  } catch (error) {
    throw toStoreError(error);
  } finally {
    backup?.close();
  }
}

/** Moves the present database aside, with what its log still holds. */
function keep(path: string): string {
  const kept = copyPath(path, 'replaced', new Date());
  try {
    const present = new Database(path);
    try {
      present.prepare('VACUUM INTO ?').run(kept);
    } finally {
      present.close();
    }
    chmodSync(kept, 0o600);
  } catch {
    // a damaged one, which may be why a backup is restored: kept as it is
    rmSync(kept, { force: true });
    copyFileSync(path, kept);
    chmodSync(kept, 0o600);
  }
  return kept;
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
