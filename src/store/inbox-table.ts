import { list, type Sql, type Value } from './sql.js';
import type { InboxRow } from './store.js';

const ACCOUNTS_PER_STATEMENT = 400;

/** Stores rows; a row whose id is there already, or whose account was erased, is left out. */
export async function appendInbox(sql: Sql, rows: readonly InboxRow[]): Promise<void> {
  const accounts = [...new Set(rows.map((row) => row.account))];
  const existing = new Set<number>();
  for (let offset = 0; offset < accounts.length; offset += ACCOUNTS_PER_STATEMENT) {
    const part = accounts.slice(offset, offset + ACCOUNTS_PER_STATEMENT);
    const statement = `SELECT id FROM accounts WHERE id IN (${list(part.length)})`;
    for (const row of await sql.rows<{ id: number }>(statement, part)) existing.add(row.id);
  }
  const flat = rows
    .filter((row) => existing.has(row.account))
    .flatMap((row): Value[] => [row.id, row.account, row.domain, row.stanza]);
  await sql.insert(
    'INSERT INTO inbox (id, account, domain, stanza) VALUES',
    4,
    flat,
    'ON CONFLICT (id) DO NOTHING',
  );
}

/** Undelivered rows of a domain in the order in which they were accepted. */
export function pendingInbox(sql: Sql, domain: string): Promise<InboxRow[]> {
  return sql.rows<InboxRow>(
    'SELECT id, account, domain, stanza FROM inbox WHERE domain = ? ORDER BY sequence',
    [domain],
  );
}
