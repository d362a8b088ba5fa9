import { existingAccounts } from './existing-accounts.js';
import type { Sql, Value } from './sql.js';
import type { InboxRow } from './store.js';

/** Stores rows; a row whose id is there already, or whose account was erased, is left out. */
export async function appendInbox(sql: Sql, rows: readonly InboxRow[]): Promise<void> {
  const existing = await existingAccounts(
    sql,
    rows.map((row) => row.account),
  );
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
