import type { Cipher } from './cipher.js';
import { StoreError } from './error.js';
import type { Sql } from './sql.js';

/** The row of `meta` that tells which key a database was written with. */
export const KEY_CHECK_NAME = 'key-check';
const CONTEXT = [KEY_CHECK_NAME];
const TEXT = 'isthmus';

/** Rejects with a StoreError `wrong-key` when the database was written with another key; notes the first one. */
export async function checkKey(sql: Sql, cipher: Cipher): Promise<void> {
  const [row] = await sql.rows<{ value: string }>('SELECT value FROM meta WHERE name = ?', [KEY_CHECK_NAME]);
  if (!row) return writeKeyCheck(sql, cipher);
  verifyKey(row.value, cipher);
}

/** @throws StoreError `wrong-key` when the note was made with another key. */
export function verifyKey(note: string, cipher: Cipher): void {
  try {
    cipher.open(note, CONTEXT);
  } catch {
    throw new StoreError(
      'wrong-key',
      'The key does not fit this database: put back the key file that it was written with (passwords of accounts are encrypted with it)',
    );
  }
}

/** Notes the key that the database is now written with. */
export async function writeKeyCheck(sql: Sql, cipher: Cipher): Promise<void> {
  await sql.run(
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    [KEY_CHECK_NAME, cipher.seal(TEXT, CONTEXT)],
  );
}
