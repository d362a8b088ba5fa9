import { list, type Sql, type Value } from './sql.js';
import type { AccountKey } from './store.js';
import { type StoredNumber, storedTime } from './values.js';

interface OldMessage {
  readonly id: string;
  readonly account: AccountKey;
  readonly createdAt: StoredNumber;
  /** JSON. */
  readonly xmppIds: string;
  readonly networkIds: string;
}

/** What of a room of an account's own is in its archive keeps its ids: they are what clients and the network name it by. */
const ARCHIVED = `EXISTS (SELECT 1 FROM rooms JOIN archive ON archive.room = rooms.id AND archive.id = messages.id
  WHERE rooms.domain = messages.domain AND rooms.room = messages.contact AND rooms.account = messages.account)`;

/** What one step has done. */
export interface PurgeStep {
  readonly removed: number;
  /** Where the next one begins, UTC milliseconds; undefined: there is none. */
  readonly next: number | undefined;
}

/**
 * Removes messages that were last changed before `before` (UTC milliseconds), wait for nothing and are in no archive.
 * @param domains of these only; none means all
 * @param from messages made at that time or later (UTC milliseconds)
 * @param limit messages removed at most
 */
export async function purgeMessages(
  sql: Sql,
  domains: readonly string[],
  before: number,
  from: number,
  limit: number,
): Promise<PurgeStep> {
  const ofDomains = domains.length === 0 ? '' : ` AND domain IN (${list(domains.length)})`;
  const time = storedTime(before);
  const old = await sql.rows<OldMessage>(
    `SELECT id, account, created_at AS "createdAt", xmpp_ids AS "xmppIds", network_ids AS "networkIds" FROM messages
     WHERE created_at >= ? AND created_at < ? AND changed_at < ?${ofDomains}
     AND NOT (kind = 'room' AND ${ARCHIVED})
     AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.message = messages.id)
     AND (state <> 'held' OR NOT EXISTS (SELECT 1 FROM held WHERE held.account = messages.account))
     ORDER BY created_at LIMIT ?`,
    [from, time, time, ...domains, limit],
  );
  await sql.sweep(
    (tuples) => `DELETE FROM message_xmpp_ids WHERE (account, xmpp_id, message) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?, ?)',
    old.flatMap((message) => keysOf(message, message.xmppIds)),
  );
  // an id that the network has used again belongs to a later message
  await sql.sweep(
    (tuples) => `DELETE FROM message_network_ids WHERE (account, network_id, message) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?, ?)',
    old.flatMap((message) => keysOf(message, message.networkIds)),
  );
  const ids = old.map(({ id }) => id);
  await sql.sweep((tuples) => `DELETE FROM part_reports WHERE message IN (VALUES ${tuples})`, '(?)', ids);
  await sql.sweep((tuples) => `DELETE FROM messages WHERE id IN (VALUES ${tuples})`, '(?)', ids);
  const last = old.length < limit ? undefined : old.at(-1);
  return { removed: old.length, next: last && Number(last.createdAt) };
}

/** Removes reports on ids that no message has claimed until `before`; how many. */
export function purgeEarlyReports(
  sql: Sql,
  domains: readonly string[],
  before: number,
  limit: number,
): Promise<number> {
  const ofDomains = domains.length === 0 ? '' : ` AND domain IN (${list(domains.length)})`;
  return sql.run(
    `DELETE FROM part_reports WHERE message = '' AND (domain, network_id) IN (
       SELECT domain, network_id FROM part_reports WHERE message = '' AND time < ?${ofDomains} LIMIT ?)`,
    [storedTime(before), ...domains, limit],
  );
}

function keysOf({ id, account }: OldMessage, ids: string): Value[] {
  return (JSON.parse(ids) as string[]).flatMap((one) => [account, one, id]);
}
