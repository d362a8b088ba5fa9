import { constants } from 'node:fs';
import { copyFile, rename, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { migrations } from '../../../migrations/index.js';
import type { Config } from '../../config/schema.js';
import { backupTo, restoreBackup } from '../../store/backup.js';
import { openDataSource } from '../../store/database.js';
import { loadKey } from '../../store/key.js';
import { engineLimits } from '../../store/options.js';
import { withStore } from '../open-store.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

/** A backup's key lies beside it under this ending. */
const KEY_SUFFIX = '.key';

/** Writes a consistent copy of the database, also while the gateway runs; the key only on request. */
export async function backup(
  config: Config,
  target: string,
  withKey: boolean,
  terminal: Terminal,
): Promise<number> {
  const { database } = config.data;
  const file = resolve(target);
  if (database.kind === 'sqlite' && !(await exists(database.path)))
    throw new UserError(`There is no database at ${database.path} yet.`);
  const source = await openDataSource({ database, limits: engineLimits, migrations });
  try {
    await backupTo(source, file);
  } finally {
    await source.destroy();
  }
  terminal.print(`Written: ${file} (stored passwords in it are encrypted)`);
  if (withKey) {
    await copyFile(keyFileOf(config), `${file}${KEY_SUFFIX}`, constants.COPYFILE_EXCL);
    terminal.print(`Written: ${file}${KEY_SUFFIX} (whoever has both can read the passwords)`);
  } else {
    terminal.print('The key is not in it: keep a copy of that apart, or use --with-key.');
  }
  return 0;
}

/** Puts a backup in the place of the database, which is kept beside it; the gateway must not run. */
export async function restore(
  config: Config,
  from: string,
  withKey: boolean,
  terminal: Terminal,
): Promise<number> {
  const { database } = config.data;
  if (database.kind !== 'sqlite') {
    throw new UserError('PostgreSQL is restored with its own tools: pg_restore or psql.');
  }
  const file = resolve(from);
  const keyPath = `${file}${KEY_SUFFIX}`;
  if (withKey && !(await exists(keyPath))) throw new UserError(`${keyPath} does not exist.`);
  const replacedKey = withKey ? keyFileOf(config) : undefined;
  const key = await loadKey(withKey ? { kind: 'file', path: keyPath } : config.data.key);
  const kept = await restoreBackup(file, database.path, key);
  if (kept !== undefined) terminal.print(`Kept: the database that was there, as ${kept}`);
  if (replacedKey !== undefined) await replaceKey(keyPath, replacedKey, terminal);
  // Opening brings an older backup up to date.
  const rows = await withStore(config, (store) => store.statistics());
  terminal.print(`Restored: ${database.path} (${rows.registered ?? 0} registered users)`);
  return 0;
}

async function replaceKey(from: string, to: string, terminal: Terminal): Promise<void> {
  if (await exists(to)) {
    const kept = `${to}.${new Date().toISOString().replaceAll(/[-:.]/g, '')}.replaced`;
    await rename(to, kept);
    terminal.print(`Kept: the key that was there, as ${kept}`);
  }
  await copyFile(from, to, constants.COPYFILE_EXCL);
}

function keyFileOf(config: Config): string {
  const { key } = config.data;
  if (key.kind !== 'file')
    throw new UserError('The key is in the environment (ISTHMUS_KEY): keep and restore it there.');
  return key.path;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
