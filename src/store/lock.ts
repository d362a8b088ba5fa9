import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { toStoreError } from './driver-error.js';
import { StoreError } from './error.js';
import type { DatabaseOptions, EngineLimits } from './options.js';

type LockLimits = Pick<EngineLimits, 'lockPauseMs' | 'connectTimeoutMs'>;

/** The right to write, which dies with its holder. */
export interface Lock {
  /** @throws StoreError when the lock was lost. */
  check(): void;
  release(): Promise<void>;
}

/** Rejects with a StoreError `in-use` when another process holds the lock. */
export function takeLock(
  database: DatabaseOptions,
  domains: readonly string[],
  limits: LockLimits,
): Promise<Lock> {
  return database.kind === 'sqlite'
    ? takeFileLock(database.path)
    : PostgresLock.take(database.url, domains, limits);
}

/** The kernel drops the lock of a process that dies, so nothing stale is ever left behind. */
async function takeFileLock(database: string): Promise<Lock> {
  const path = join(dirname(database), 'isthmus.lock');
  let holder: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    holder = new Database(path, { timeout: 0 });
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder?.close();
    const cause = toStoreError(error);
    if (cause.code !== 'locked') throw cause;
    throw new StoreError(
      'in-use',
      `Another Isthmus uses the data folder ${dirname(path)}: stop it first, or give this one a folder of its own`,
    );
  }
  const held = holder;
  return {
    check: () => undefined,
    release: async () => {
      held.close();
    },
  };
}

/** Advisory locks of a connection of their own, one per gateway domain. */
class PostgresLock implements Lock {
  readonly #url: string;
  readonly #names: readonly string[];
  readonly #limits: LockLimits;
  #client: pg.Client | undefined;
  #lost: StoreError | undefined;
  #retry: NodeJS.Timeout | undefined;
  #released = false;

  private constructor(url: string, names: readonly string[], limits: LockLimits) {
    this.#url = url;
    this.#names = names;
    this.#limits = limits;
  }

  static async take(url: string, domains: readonly string[], limits: LockLimits): Promise<Lock> {
    const names = domains.length === 0 ? ['all domains'] : [...new Set(domains)].sort();
    const lock = new PostgresLock(url, names, limits);
    await lock.#acquire();
    return lock;
  }

  check(): void {
    if (this.#lost) throw this.#lost;
  }

  async release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }

  async #acquire(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'isthmus lock',
      keepAlive: true,
      connectionTimeoutMillis: this.#limits.connectTimeoutMs,
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    try {
      await client.connect();
      for (const name of this.#names) await lockName(client, name);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw toStoreError(error);
    }
    this.#client = client;
    this.#lost = undefined;
  }

  #lose(client: pg.Client): void {
    if (client !== this.#client || this.#released) return;
    this.#client = undefined;
    this.#lost = new StoreError('unavailable', 'The connection that holds the lock on the database broke');
    this.#acquireLater();
  }

  #acquireLater(): void {
    this.#retry = setTimeout(() => {
      this.#acquire().catch((error: unknown) => {
        this.#lost = toStoreError(error);
        if (!this.#released) this.#acquireLater();
      });
    }, this.#limits.lockPauseMs);
  }
}

async function lockName(client: pg.Client, name: string): Promise<void> {
  const id = createHash('sha256').update(`isthmus\0${name}`).digest().readBigInt64BE(0);
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    id.toString(),
  ]);
  if (rows[0]?.taken) return;
  throw new StoreError(
    'in-use',
    `Another Isthmus serves ${name} with this database: stop it first, or give this one other domains or a database of its own`,
  );
}
