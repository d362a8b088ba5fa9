import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { migrations as allMigrations, type MigrationClass } from '../../migrations/index.js';
import { makeCopy } from './copies.js';
import { MIGRATIONS_TABLE, openDataSource } from './database.js';
import { toStoreError } from './driver-error.js';
import { StoreError } from './error.js';
import { takeLock } from './lock.js';
import { type DatabaseOptions, engineLimits } from './options.js';

/** Names of migrations, oldest first. */
export interface MigrationStatus {
  readonly executed: readonly string[];
  readonly pending: readonly string[];
  /** Executed by a newer version of the program. */
  readonly unknown: readonly string[];
}

/** What running migrations did. */
export interface MigrationResult {
  readonly executed: readonly string[];
  /** The copy made before, of an SQLite database that was not new. */
  readonly copy: string | undefined;
}

/** What has run and what is pending, without changing anything. Rejects with a StoreError. */
export async function migrationStatus(
  database: DatabaseOptions,
  migrations: readonly MigrationClass[] = allMigrations,
): Promise<MigrationStatus> {
  if (database.kind === 'sqlite' && !existsSync(database.path)) return compare([], migrations);
  const source = await openDataSource({ database, limits: engineLimits, migrations });
  try {
    return await statusOf(source, migrations);
  } finally {
    await source.destroy();
  }
}

/**
 * Runs what is pending, for `isthmus migrate`. Rejects with a StoreError: `in-use` while the gateway runs, `newer`
 * when the database is of a newer version; the old state is kept then.
 */
export async function migrate(
  database: DatabaseOptions,
  domains: readonly string[] = [],
  migrations: readonly MigrationClass[] = allMigrations,
): Promise<MigrationResult> {
  const lock = await takeLock(database, domains, engineLimits);
  try {
    const source = await openDataSource({ database, limits: engineLimits, migrations });
    try {
      return await runPending(source, database, migrations);
    } finally {
      await source.destroy();
    }
  } finally {
    await lock.release();
  }
}

/** Runs pending migrations in one transaction, after a copy of an SQLite database that holds something. */
export async function runPending(
  source: DataSource,
  database: DatabaseOptions,
  migrations: readonly MigrationClass[],
): Promise<MigrationResult> {
  const status = await statusOf(source, migrations);
  if (status.unknown.length > 0) {
    throw new StoreError(
      'newer',
      `The database was written by a newer version of Isthmus (${status.unknown.join(', ')}): install that version, or restore a backup`,
    );
  }
  if (status.pending.length === 0) return { executed: [], copy: undefined };
  const version = status.executed.at(-1);
  const copy =
    database.kind === 'sqlite' && version !== undefined
      ? makeCopy(source, database.path, version)
      : undefined;
  try {
    const done = await source.runMigrations({ transaction: 'all' });
    return { executed: done.map((migration) => migration.name), copy };
  } catch (error) {
    const cause = toStoreError(error);
    throw new StoreError(cause.code, `The migration failed and was undone: ${cause.message}`);
  }
}

async function statusOf(source: DataSource, migrations: readonly MigrationClass[]): Promise<MigrationStatus> {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable(MIGRATIONS_TABLE))) return compare([], migrations);
    const rows: { name: string }[] = await runner.query(
      `SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY timestamp`,
    );
    return compare(
      rows.map((row) => row.name),
      migrations,
    );
  } catch (error) {
    throw toStoreError(error);
  } finally {
    await runner.release();
  }
}

function compare(executed: readonly string[], migrations: readonly MigrationClass[]): MigrationStatus {
  const known = migrations.map((migration) => migration.name);
  return {
    executed,
    pending: known.filter((name) => !executed.includes(name)),
    unknown: executed.filter((name) => !known.includes(name)),
  };
}
