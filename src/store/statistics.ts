import { statSync } from 'node:fs';
import type { DatabaseOptions } from './options.js';
import type { Sql } from './sql.js';

const TABLES: Readonly<Record<string, string>> = {
  ...{ accounts: 'accounts', rooms: 'rooms', archive: 'archive', spans: 'spans', inbox: 'inbox' },
  ...{ contacts: 'contacts', messages: 'messages', outbox: 'outbox', held: 'held' },
  ...{ reports: 'part_reports', states: 'network_states', relayed: 'relay_entries' },
};

/** Rows per table, registered accounts, and `bytes` on disk. */
export async function statistics(sql: Sql, database: DatabaseOptions): Promise<Record<string, number>> {
  const result: Record<string, number> = {};
  for (const [name, table] of Object.entries(TABLES)) {
    result[name] = await count(sql, `SELECT count(*) AS total FROM ${table}`);
  }
  result.registered = await count(sql, 'SELECT count(*) AS total FROM accounts WHERE registered');
  result.bytes =
    database.kind === 'sqlite'
      ? fileSize(database.path) + fileSize(`${database.path}-wal`)
      : await count(sql, 'SELECT pg_database_size(current_database()) AS total');
  return result;
}

async function count(sql: Sql, statement: string): Promise<number> {
  const [row] = await sql.rows<{ total: number | string }>(statement);
  return Number(row?.total ?? 0);
}

function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
