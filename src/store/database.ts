import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { DataSource } from 'typeorm';
import type { MigrationClass } from '../../migrations/index.js';
import { toStoreError } from './driver-error.js';
import type { DatabaseOptions, EngineLimits } from './options.js';
import { accountSchema } from './schema.js';
import { SilentLogger } from './silent-logger.js';

/** Table in which TypeORM notes which migrations have run. */
export const MIGRATIONS_TABLE = 'migrations';

/** What is needed to open the database; nothing is migrated or written. */
export interface OpenOptions {
  readonly database: DatabaseOptions;
  readonly limits: Pick<EngineLimits, 'busyTimeoutMs' | 'poolSize' | 'connectTimeoutMs'>;
  readonly migrations: readonly MigrationClass[];
}

/** Connects. Rejects with a StoreError. The caller destroys the DataSource. */
export async function openDataSource(options: OpenOptions): Promise<DataSource> {
  try {
    const { database } = options;
    if (database.kind === 'sqlite') prepareFile(database.path);
    const source =
      database.kind === 'sqlite' ? sqlite(database.path, options) : postgres(database.url, options);
    return await source.initialize();
  } catch (error) {
    throw toStoreError(error);
  }
}

function common(options: OpenOptions) {
  return {
    entities: [accountSchema],
    migrations: [...options.migrations],
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'all' as const,
    synchronize: false,
    logger: new SilentLogger(),
  };
}

function sqlite(path: string, options: OpenOptions): DataSource {
  return new DataSource({
    ...common(options),
    type: 'better-sqlite3',
    database: path,
    timeout: options.limits.busyTimeoutMs,
    statementCacheSize: 256,
    prepareDatabase: (connection: BetterSqlite3.Database) => {
      connection.pragma('journal_mode = WAL');
      // FULL for everything: accounts and inbox must survive a power cut, and batches and group commit make one
      // fsync serve up to a thousand rows, so that telling the tables apart would gain nothing
      connection.pragma('synchronous = FULL');
      // freed pages are overwritten with zeros (C19)
      connection.pragma('secure_delete = ON');
      // no sorted rows in temporary files, which nothing would overwrite
      connection.pragma('temp_store = MEMORY');
    },
  });
}

function postgres(url: string, options: OpenOptions): DataSource {
  return new DataSource({
    ...common(options),
    type: 'postgres',
    url,
    applicationName: 'isthmus',
    poolSize: options.limits.poolSize,
    connectTimeoutMS: options.limits.connectTimeoutMs,
    installExtensions: false,
    // an idle connection that breaks is replaced by the pool; the next statement reports what is wrong
    poolErrorHandler: () => undefined,
    extra: { keepAlive: true },
  });
}

/** Makes folder and file for their owner alone; SQLite gives its log the mode of the database. */
function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

/** The connection below TypeORM, for what only SQLite's own interface can do. */
export function sqliteConnection(source: DataSource): BetterSqlite3.Database {
  const driver = source.driver as unknown as { readonly databaseConnection: BetterSqlite3.Database };
  return driver.databaseConnection;
}
