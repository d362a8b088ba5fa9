import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/store/client.js';
import type { DatabaseOptions } from '../../../src/store/options.js';
import type { Store } from '../../../src/store/store.js';
import { type PostgresServer, startPostgres } from '../../servers/postgres.js';

/** The thread's entry, built by the global setup. */
export const workerUrl = new URL('../../../dist/src/store/worker.js', import.meta.url);

/** A database engine under the contract suite. */
export interface DatabaseEngine {
  readonly name: 'sqlite' | 'postgres';
  start(): Promise<void>;
  stop(): Promise<void>;
  /** An empty database. */
  create(): Promise<DatabaseOptions>;
}

function sqlite(): DatabaseEngine {
  let folder = '';
  let created = 0;
  return {
    name: 'sqlite',
    start: async () => {
      folder = mkdtempSync(join(tmpdir(), 'isthmus-store-'));
    },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
    create: async () => {
      created += 1;
      return { kind: 'sqlite', path: join(folder, String(created), 'isthmus.db') };
    },
  };
}

function postgres(): DatabaseEngine {
  let server: PostgresServer | undefined;
  return {
    name: 'postgres',
    start: async () => {
      server = await startPostgres();
    },
    stop: async () => server?.stop(),
    create: async () => {
      if (!server) throw new Error('not started');
      return { kind: 'postgres', url: await server.createDatabase() };
    },
  };
}

export const engines: readonly DatabaseEngine[] = [sqlite(), postgres()];

/** Opens a store in a thread of its own, as the gateway does. */
export function open(
  database: DatabaseOptions,
  key: Uint8Array,
  domains: readonly string[] = ['irc.example.org'],
): Promise<Store> {
  return openStore({
    ...{ database, key, domains, workerUrl },
    limits: { busyTimeoutMs: 50, lockPauseMs: 20 },
    clientLimits: { retryFirstMs: 5, retryMaxMs: 50, closeTimeoutMs: 2_000 },
  });
}

export const newKey = (): Buffer => randomBytes(32);
