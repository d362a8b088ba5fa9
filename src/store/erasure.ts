import { condition, subtract, toInterval } from './interval.js';
import type { RoomTable } from './room-table.js';
import { mergeSpans, type Span } from './span.js';
import type { Sql } from './sql.js';
import type { AccountKey, RoomKey } from './store.js';

/** Tables whose rows belong to one account. */
const TABLES = [
  ...['inbox', 'held', 'outbox', 'message_xmpp_ids', 'message_network_ids', 'messages', 'contacts'],
  'network_states',
];

/**
 * Removes an account with its secrets, its contacts, messages and own rooms, what waits for it or for the network, its spans,
 * and what was archived for it alone. What others may see stays: it is their history.
 */
export async function eraseAccount(sql: Sql, account: AccountKey, rooms: RoomTable): Promise<void> {
  const seen = await sql.rows<{ room: RoomKey }>('SELECT DISTINCT room FROM spans WHERE account = ?', [
    account,
  ]);
  for (const { room } of seen) await removeUnseen(sql, account, room);
  await rooms.erase(sql, account);
  await sql.run('DELETE FROM spans WHERE account = ?', [account]);
  await sql.run('DELETE FROM part_reports WHERE message IN (SELECT id FROM messages WHERE account = ?)', [
    account,
  ]);
  for (const table of TABLES) await sql.run(`DELETE FROM ${table} WHERE account = ?`, [account]);
  await sql.run('DELETE FROM accounts WHERE id = ?', [account]);
  await rooms.removeEmpty(
    sql,
    seen.map(({ room }) => room),
  );
}

/** Removes the entries of a room that the account can see and nobody else. */
async function removeUnseen(sql: Sql, account: AccountKey, room: RoomKey): Promise<void> {
  const spans = await sql.rows<Span & { account: AccountKey }>(
    'SELECT account, from_id AS "from", to_id AS "to" FROM spans WHERE room = ?',
    [room],
  );
  const own = mergeSpans(spans.filter((span) => span.account === account)).map(toInterval);
  const others = mergeSpans(spans.filter((span) => span.account !== account));
  if (others.length === 0) {
    await sql.run('DELETE FROM archive WHERE room = ?', [room]);
    return;
  }
  for (const interval of subtract(own, others)) {
    const range = condition(interval);
    await sql.run(`DELETE FROM archive WHERE room = ? AND ${range.text}`, [room, ...range.parameters]);
  }
}
