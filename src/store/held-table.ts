import type { Cipher } from './cipher.js';
import type { Sql, Value } from './sql.js';
import type { AccountKey, InboxRow } from './store.js';
import { storedText } from './values.js';

/** What a stanza is bound to, so that it cannot be moved to another user. */
export function heldContext(id: string, account: AccountKey): readonly string[] {
  return ['held', id, String(account)];
}

/** Stanzas set aside for one account, in the order in which that was done. */
export async function heldOf(sql: Sql, cipher: Cipher, account: AccountKey): Promise<readonly InboxRow[]> {
  const rows = await sql.rows<InboxRow>(
    'SELECT id, account, domain, stanza FROM held WHERE account = ? ORDER BY sequence',
    [account],
  );
  return rows.map((row) => ({ ...row, stanza: cipher.open(row.stanza, heldContext(row.id, row.account)) }));
}

/** Moves rows out of the inbox; a row that is held already stays as it is. */
export async function storeHeld(sql: Sql, cipher: Cipher, rows: readonly InboxRow[]): Promise<void> {
  await sql.insert(
    'INSERT INTO held (id, account, domain, stanza) VALUES',
    4,
    rows.flatMap(({ id, account, domain, stanza }): Value[] => [
      ...[id, account, storedText(domain), cipher.seal(stanza, heldContext(id, account))],
    ]),
    'ON CONFLICT (id) DO NOTHING',
  );
  await sql.sweep(
    (tuples) => `DELETE FROM inbox WHERE id IN (VALUES ${tuples})`,
    '(?)',
    rows.map(({ id }) => id),
  );
}

/** Removes rows by pairs of account and id. */
export async function removeHeld(sql: Sql, pairs: readonly Value[]): Promise<void> {
  await sql.sweep(
    (tuples) => `DELETE FROM held WHERE (account, id) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?)',
    pairs,
  );
}
