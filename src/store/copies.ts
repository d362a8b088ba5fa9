import { chmodSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { sqliteConnection } from './database.js';
import { toStoreError } from './driver-error.js';
import type { EngineLimits } from './options.js';

/** `isthmus.db` → `isthmus.db.20261121T104500123Z.Initial1763700000000.copy` */
const SUFFIX = '.copy';

/** Path of a new copy that tells when and of which version it was made. */
export function copyPath(database: string, version: string, now: Date): string {
  return `${database}.${now.toISOString().replaceAll(/[-:.]/g, '')}.${version}${SUFFIX}`;
}

/** Copies of this database that were made before migrations or a restore, newest first. */
function listCopies(database: string): readonly string[] {
  const prefix = `${basename(database)}.`;
  try {
    return readdirSync(dirname(database))
      .filter((name) => name.startsWith(prefix) && name.endsWith(SUFFIX))
      .sort()
      .reverse()
      .map((name) => join(dirname(database), name));
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Writes a consistent, compact copy next to the database; its path. */
export function makeCopy(source: DataSource, database: string, version: string): string {
  const path = copyPath(database, version, new Date());
  try {
    sqliteConnection(source).prepare('VACUUM INTO ?').run(path);
    chmodSync(path, 0o600);
  } catch (error) {
    throw toStoreError(error);
  }
  return path;
}

/** Removes copies that are too many or too old. */
export async function purgeCopies(
  database: string,
  limits: Pick<EngineLimits, 'copiesKept' | 'copiesMaxAgeMs'>,
  now: number,
): Promise<void> {
  const stale = listCopies(database).filter(
    (path, index) => index >= limits.copiesKept || now - statSync(path).mtimeMs > limits.copiesMaxAgeMs,
  );
  await removeCopies(stale);
}

/** Removes all copies, since they hold what was erased (C19). */
export async function eraseCopies(database: string): Promise<void> {
  await removeCopies(listCopies(database));
}

async function removeCopies(paths: readonly string[]): Promise<void> {
  try {
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  } catch (error) {
    throw toStoreError(error);
  }
}
