import { reopenOldest } from './hole-table.js';
import type { RoomTable } from './room-table.js';
import { list, type Sql } from './sql.js';
import type { AccountKey, RoomKey } from './store.js';
import type { Writer } from './writer.js';

/** Tables of which a row keeps the account that it belongs to. */
const REFERRING = ['spans', 'inbox', 'held', 'outbox', 'messages', 'contacts', 'network_states'];

/**
 * Removes entries older than `before` (UTC milliseconds) step by step, then closed spans that cover nothing and
 * rooms that hold nothing.
 * @param domains rooms of these only; none means all
 * @param step rows removed in one transaction
 * @returns how many entries
 */
export async function purgeArchive(
  writer: Writer,
  rooms: RoomTable,
  domains: readonly string[],
  before: number,
  step: number,
): Promise<number> {
  const keys = await writer.read((sql) => roomsOf(sql, domains, before));
  let removed = 0;
  for (const room of keys) {
    for (;;) {
      const count = await writer.write(async (sql) => {
        const gone = await removeOld(sql, room, before, step);
        if (gone > 0) await reopenOldest(sql, room);
        return gone;
      });
      removed += count;
      if (count < step) break;
    }
    await writer.write(async (sql) => {
      await sql.run(
        `DELETE FROM spans WHERE room = ? AND to_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM archive WHERE archive.room = spans.room AND id >= from_id AND id <= to_id)`,
        [room],
      );
      await rooms.removeEmpty(sql, [room]);
    });
  }
  return removed;
}

/** Removes accounts that were never registered, are older than `before`, and to which nothing belongs any more. */
export async function purgePassersBy(
  sql: Sql,
  domains: readonly string[],
  before: number,
  inUse: ReadonlySet<AccountKey>,
): Promise<void> {
  const ofDomains = domains.length === 0 ? '' : ` AND domain IN (${list(domains.length)})`;
  const rows = await sql.rows<{ id: AccountKey }>(
    `SELECT id FROM accounts WHERE NOT registered AND created_at < ?${ofDomains}
     ${REFERRING.map((table) => `AND NOT EXISTS (SELECT 1 FROM ${table} WHERE account = accounts.id)`).join(' ')}`,
    [before, ...domains],
  );
  for (const { id } of rows) {
    if (inUse.has(id)) continue;
    await sql.run('DELETE FROM holes WHERE room IN (SELECT id FROM rooms WHERE account = ?)', [id]);
    await sql.run('DELETE FROM rooms WHERE account = ?', [id]);
    await sql.run('DELETE FROM accounts WHERE id = ?', [id]);
  }
}

/** Rooms that are tidied; older messages that a user has just read stay, and with them all that is newer. */
async function roomsOf(sql: Sql, domains: readonly string[], before: number): Promise<readonly RoomKey[]> {
  const ofDomains = domains.length === 0 ? '' : ` AND domain IN (${list(domains.length)})`;
  const rows = await sql.rows<{ id: RoomKey }>(
    `SELECT id FROM rooms WHERE fetched_at < ?${ofDomains} ORDER BY id`,
    [Math.ceil(before), ...domains],
  );
  return rows.map((row) => row.id);
}

function removeOld(sql: Sql, room: RoomKey, before: number, step: number): Promise<number> {
  return sql.run(
    'DELETE FROM archive WHERE room = ? AND id IN (SELECT id FROM archive WHERE room = ? AND time < ? LIMIT ?)',
    [room, room, Math.ceil(before), step],
  );
}
