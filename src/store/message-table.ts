import type { ConversationKey, MessageRecord } from './message-store.js';
import type { Sql, Value } from './sql.js';
import type { AccountKey } from './store.js';
import { type StoredFlag, type StoredNumber, storedText, storedTime } from './values.js';

const COLUMNS = [
  ...['id', 'account', 'domain', 'contact', 'direction', 'xmpp_ids', 'network_ids', 'author', 'receipt'],
  ...['state', 'detail', 'created_at', 'changed_at', 'kind'],
];
const INSERT = `INSERT INTO messages (${COLUMNS.join(', ')}) VALUES`;
const REPLACE = `ON CONFLICT (id) DO UPDATE SET xmpp_ids = excluded.xmpp_ids, network_ids = excluded.network_ids,
  state = excluded.state, detail = excluded.detail, changed_at = excluded.changed_at`;

const SELECT = `SELECT messages.id AS "id", messages.account AS "account", messages.domain AS "domain",
  contact, direction, xmpp_ids AS "xmppIds", network_ids AS "networkIds", author, receipt, state, detail,
  created_at AS "createdAt", changed_at AS "changedAt", kind FROM messages`;

/** A row as the drivers give it. */
type StoredRow = Omit<MessageRecord, 'xmppIds' | 'networkIds' | 'receipt' | 'createdAt' | 'changedAt'> & {
  /** JSON. */
  readonly xmppIds: string;
  readonly networkIds: string;
  readonly receipt: StoredFlag;
  readonly createdAt: StoredNumber;
  readonly changedAt: StoredNumber;
};

/** The messages with these ids, as far as there are such. */
export async function loadMessages(sql: Sql, ids: readonly string[]): Promise<readonly MessageRecord[]> {
  const rows = await sql.lookup<StoredRow>(
    (tuples) => `${SELECT} WHERE messages.id IN (VALUES ${tuples})`,
    '(?)',
    ids,
  );
  return rows.map(toRecord);
}

/** One message. */
export async function findMessage(sql: Sql, id: string): Promise<MessageRecord | undefined> {
  const [record] = await loadMessages(sql, [storedText(id)]);
  return record;
}

/** The newest message of the account that has this id in XMPP. */
export async function findByXmppId(
  sql: Sql,
  account: AccountKey,
  id: string,
  within?: ConversationKey,
): Promise<MessageRecord | undefined> {
  const inside = insideOf(within);
  const [row] = await sql.rows<StoredRow>(
    `${SELECT} JOIN message_xmpp_ids ids ON ids.message = messages.id
     WHERE ids.account = ? AND ids.xmpp_id = ?${inside.text} ORDER BY ids.message DESC LIMIT 1`,
    [account, storedText(id), ...inside.parameters],
  );
  return row && toRecord(row);
}

/** The message of the account that claimed this id on the network last. */
export async function findByNetworkId(
  sql: Sql,
  account: AccountKey,
  id: string,
): Promise<MessageRecord | undefined> {
  const [row] = await sql.rows<StoredRow>(
    `${SELECT} JOIN message_network_ids ids ON ids.message = messages.id
     WHERE ids.account = ? AND ids.network_id = ?`,
    [account, storedText(id)],
  );
  return row && toRecord(row);
}

/** Newest first. */
export async function recentMessages(
  sql: Sql,
  account: AccountKey,
  limit: number,
  within?: ConversationKey,
): Promise<readonly MessageRecord[]> {
  const inside = insideOf(within);
  const rows = await sql.rows<StoredRow>(
    `${SELECT} WHERE account = ?${inside.text} ORDER BY id DESC LIMIT ?`,
    [account, ...inside.parameters, limit],
  );
  return rows.map(toRecord);
}

/** The condition on a conversation, if there is one. */
function insideOf(within: ConversationKey | undefined): { text: string; parameters: readonly Value[] } {
  if (!within) return { text: '', parameters: [] };
  return { text: ' AND contact = ? AND kind = ?', parameters: [storedText(within.contact), within.kind] };
}

/** Inserts messages, or replaces what may change of them. */
export function storeMessages(sql: Sql, records: readonly MessageRecord[]): Promise<void> {
  return sql.insert(INSERT, COLUMNS.length, records.flatMap(toValues), REPLACE);
}

/** One id of a message, for finding it again. */
export interface MessageId {
  readonly id: string;
  readonly record: MessageRecord;
}

/** Ids in XMPP; several messages may have the same. */
export function storeXmppIds(sql: Sql, ids: readonly MessageId[]): Promise<void> {
  return sql.insert(
    'INSERT INTO message_xmpp_ids (account, xmpp_id, message) VALUES',
    3,
    ids.flatMap(({ id, record }): Value[] => [record.account, id, record.id]),
    'ON CONFLICT DO NOTHING',
  );
}

/** Ids on the network, each once per account; one that a network uses again belongs to the later message. */
export function storeNetworkIds(sql: Sql, ids: readonly MessageId[]): Promise<void> {
  return sql.insert(
    'INSERT INTO message_network_ids (account, network_id, message, domain, outgoing) VALUES',
    5,
    ids.flatMap(({ id, record }): Value[] => [
      ...[record.account, id, record.id, record.domain, record.direction === 'out' ? 1 : 0],
    ]),
    `ON CONFLICT (account, network_id) DO UPDATE SET message = excluded.message, domain = excluded.domain,
     outgoing = excluded.outgoing`,
  );
}

/** Those of the pairs of account and network id that a message has. */
export function takenNetworkIds(
  sql: Sql,
  pairs: readonly Value[],
): Promise<readonly { readonly account: AccountKey; readonly id: string }[]> {
  return sql.lookup(
    (tuples) => `SELECT account, network_id AS "id" FROM message_network_ids
      WHERE (account, network_id) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?)',
    pairs,
  );
}

/** A message of a user that has a network id. */
export interface Claim {
  readonly domain: string;
  readonly id: string;
  readonly account: AccountKey;
  readonly message: string;
}

/** For pairs of domain and network id the messages of users that have it, one per account. */
export function claimsOf(sql: Sql, pairs: readonly Value[]): Promise<readonly Claim[]> {
  return sql.lookup(
    (tuples) => `SELECT domain, network_id AS "id", account, message FROM message_network_ids
      WHERE outgoing = 1 AND (domain, network_id) IN (VALUES ${tuples})`,
    '(?, ?)',
    pairs,
  );
}

function toValues(record: MessageRecord): Value[] {
  const { id, account, domain, contact, direction, xmppIds, networkIds } = record;
  return [
    ...[id, account, domain, contact, direction, JSON.stringify(xmppIds), JSON.stringify(networkIds)],
    ...[record.author, record.receipt ? 1 : 0, record.state, record.detail],
    ...[record.createdAt, record.changedAt, record.kind],
  ];
}

function toRecord(row: StoredRow): MessageRecord {
  return {
    ...row,
    xmppIds: JSON.parse(row.xmppIds) as string[],
    networkIds: JSON.parse(row.networkIds) as string[],
    receipt: Boolean(row.receipt),
    createdAt: Number(row.createdAt),
    changedAt: Number(row.changedAt),
  };
}

/** A record as it comes back from either engine: keys cleaned, ids each once, whole times. */
export function storedRecord(record: MessageRecord): MessageRecord {
  return {
    ...record,
    id: storedText(record.id),
    domain: storedText(record.domain),
    contact: storedText(record.contact),
    xmppIds: storedIds(record.xmppIds),
    networkIds: storedIds(record.networkIds),
    createdAt: storedTime(record.createdAt),
    changedAt: storedTime(record.changedAt),
  };
}

/** Each once, in order. */
export function storedIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map(storedText))];
}
