import type { Cipher } from './cipher.js';
import { StoreError } from './error.js';
import type { Sql } from './sql.js';

const NAME = 'key-check';
const CONTEXT = [NAME];
const TEXT = 'isthmus';

/** Rejects with a StoreError `wrong-key` when the database was written with another key; notes the first one. */
export async function checkKey(sql: Sql, cipher: Cipher): Promise<void> {
  const [row] = await sql.rows<{ value: string }>('SELECT value FROM meta WHERE name = ?', [NAME]);
  if (!row) return writeKeyCheck(sql, cipher);
  try {
    cipher.open(row.value, CONTEXT);
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
    [NAME, cipher.seal(TEXT, CONTEXT)],
  );
}
