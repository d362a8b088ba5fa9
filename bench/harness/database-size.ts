import Database from 'better-sqlite3';

/** Bytes of an SQLite database, what is still in its log included. */
export function databaseBytes(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    const pages = database.pragma('page_count', { simple: true });
    const size = database.pragma('page_size', { simple: true });
    return Number(pages) * Number(size);
  } finally {
    database.close();
  }
}
