import type { Sql } from './sql.js';
import type { AccountKey } from './store.js';

/** Those of the accounts that exist: one that was erased meanwhile gets no new rows. */
export async function existingAccounts(
  sql: Sql,
  accounts: Iterable<AccountKey>,
): Promise<ReadonlySet<AccountKey>> {
  const rows = await sql.lookup<{ id: AccountKey }>(
    (tuples) => `SELECT id FROM accounts WHERE id IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER))',
    [...new Set(accounts)],
  );
  return new Set(rows.map(({ id }) => id));
}
