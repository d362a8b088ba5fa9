import { writePersonal } from './batch.js';
import { existingAccounts } from './existing-accounts.js';
import type { MessageRecord } from './message-store.js';
import {
  findMessage,
  loadMessages,
  storedRecord,
  storeMessages,
  storeNetworkIds,
  storeXmppIds,
  takenNetworkIds,
} from './message-table.js';
import {
  ABOVE_ALL,
  type HistoryFill,
  type HistoryMessage,
  type HistoryRoom,
  type Hole,
  type HoleEdges,
  type KnownMessage,
} from './room-history.js';
import type { Sql, Value } from './sql.js';
import type { AccountKey, RoomKey } from './store.js';
import { type StoredNumber, storedText, storedTime } from './values.js';

type StoredHole = HoleEdges & {
  readonly olderTime: StoredNumber | null;
  readonly newerTime: StoredNumber | null;
};

/**
 * What the network has told in the room in its order, and what was read of its history: not what the user sends himself,
 * nor what was first heard of when it was edited, which is marked (`idsOfEdit`).
 */
const TOLD = `account = ? AND contact = ? AND kind = 'room' AND direction <> 'out' AND state = 'received'
  AND xmpp_ids NOT LIKE '%"' || id || '.%'`;

/**
 * What is missing in the archive of a room. The oldest hole has no row as long as nothing of it was read: it reaches up
 * to the oldest entry, whichever that is. Its row with an empty `high` says that there is nothing older.
 */
export async function holesOf(sql: Sql, room: HistoryRoom): Promise<readonly Hole[]> {
  const rows = await sql.rows<StoredHole>(
    `SELECT low, high, after_id AS "after", before_id AS "before",
       (SELECT time FROM archive WHERE archive.room = holes.room AND id <= low ORDER BY id DESC LIMIT 1) AS "olderTime",
       (SELECT time FROM archive WHERE archive.room = holes.room AND id >= high ORDER BY id LIMIT 1) AS "newerTime"
     FROM holes WHERE room = ? ORDER BY low`,
    [room.room],
  );
  const holes = rows.flatMap((row) => toHole(row) ?? []);
  const oldest = rows[0]?.low === '' ? [] : [await oldestHole(sql, room)];
  return [...oldest, ...holes];
}

/** How many entries the archive of a room has, counted up to a limit. */
export async function countEntries(sql: Sql, room: RoomKey, limit: number): Promise<number> {
  const [count] = await sql.rows<{ total: StoredNumber }>(
    'SELECT count(*) AS "total" FROM (SELECT 1 FROM archive WHERE room = ? LIMIT ?) AS counted',
    [room, Math.trunc(limit)],
  );
  return Number(count?.total ?? 0);
}

function toHole({ olderTime, newerTime, ...edges }: StoredHole): Hole | undefined {
  if (edges.high === '') return undefined;
  return {
    ...edges,
    ...(olderTime !== null && edges.low !== '' && { olderTime: Number(olderTime) }),
    ...(newerTime !== null && { newerTime: Number(newerTime) }),
  };
}

async function oldestHole(sql: Sql, { account, room, contact }: HistoryRoom): Promise<Hole> {
  const [entry] = await sql.rows<{ id: string; time: StoredNumber }>(
    'SELECT id, time FROM archive WHERE room = ? ORDER BY id LIMIT 1',
    [room],
  );
  if (!entry) return { low: '', high: ABOVE_ALL, after: '', before: '' };
  const [told] = await sql.rows<{ id: string }>(
    `SELECT id FROM messages WHERE ${TOLD} AND id >= ? ORDER BY id LIMIT 1`,
    [account, storedText(contact), entry.id],
  );
  const record = told && (await findMessage(sql, told.id));
  const before = record?.networkIds[0] ?? '';
  return { low: '', high: entry.id, after: '', before, newerTime: Number(entry.time) };
}

/** Those of the network's ids that the account knows. */
export async function knownMessages(
  sql: Sql,
  { account, room }: HistoryRoom,
  networkIds: readonly string[],
): Promise<readonly KnownMessage[]> {
  const ids = [...new Set(networkIds.map(storedText))];
  const owners = await sql.lookup<{ networkId: string; id: string }>(
    (tuples) => `SELECT network_id AS "networkId", message AS "id" FROM message_network_ids
      WHERE (account, network_id) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?)',
    ids.flatMap((id): Value[] => [account, id]),
  );
  const records = new Map(
    (await loadMessages(sql, [...new Set(owners.map(({ id }) => id))])).map((one) => [one.id, one]),
  );
  const named = [...records.values()].flatMap(({ xmppIds }) => xmppIds);
  const archived = new Set(
    (
      await sql.lookup<{ id: string }>(
        (tuples) => `SELECT id FROM archive WHERE (room, id) IN (VALUES ${tuples})`,
        '(CAST(? AS INTEGER), ?)',
        [...new Set(named.map(storedText))].flatMap((id): Value[] => [room, id]),
      )
    ).map(({ id }) => id),
  );
  return owners.map(({ networkId, id }) => {
    const entry = [id, ...(records.get(id)?.xmppIds ?? [])].find((one) => archived.has(one));
    return { networkId, id, ...(entry !== undefined && { entry }) };
  });
}

/** As `RoomHistory.fill`, inside a transaction. */
export async function fillHole(sql: Sql, fill: HistoryFill): Promise<boolean> {
  const { account, room, hole, rest, messages, now } = fill;
  const holes = await holesOf(sql, fill);
  if (!holes.some((one) => isSame(one, hole))) return false;
  if (!(await existingAccounts(sql, [account])).has(account)) return false;
  if (!(await isAsKnown(sql, account, messages))) return false;
  await storeHistory(sql, account, room, messages);
  await storeRest(sql, room, hole, rest);
  await sql.run('UPDATE rooms SET fetched_at = ? WHERE id = ?', [storedTime(now), room]);
  return true;
}

function isSame(one: HoleEdges, other: HoleEdges): boolean {
  const { low, high, after, before } = other;
  return one.low === low && one.high === high && one.after === after && one.before === before;
}

/** Whether nobody else has brought one of the messages meanwhile. */
async function isAsKnown(
  sql: Sql,
  account: AccountKey,
  messages: readonly HistoryMessage[],
): Promise<boolean> {
  const ids = messages.flatMap(({ record, replaces }) =>
    replaces === undefined ? record.networkIds.map(storedText) : [],
  );
  const taken = await takenNetworkIds(
    sql,
    ids.flatMap((id): Value[] => [account, id]),
  );
  return taken.length === 0;
}

async function storeHistory(
  sql: Sql,
  account: AccountKey,
  room: RoomKey,
  messages: readonly HistoryMessage[],
): Promise<void> {
  const replaced = messages.flatMap(({ replaces }) => replaces ?? []);
  const old = new Map((await loadMessages(sql, replaced)).map((one) => [one.id, one]));
  await removeRecords(sql, [...old.values()]);
  const records = messages.map(({ record, replaces = '' }) => {
    const before = old.get(replaces);
    if (!before) return storedRecord(record);
    return storedRecord({
      ...before,
      id: record.id,
      xmppIds: [...record.xmppIds, ...before.xmppIds],
      networkIds: [...before.networkIds, ...record.networkIds],
    });
  });
  await storeMessages(sql, records);
  await storeXmppIds(
    sql,
    records.flatMap((record) => record.xmppIds.map((id) => ({ id, record }))),
  );
  await storeNetworkIds(
    sql,
    records.flatMap((record) => record.networkIds.map((id) => ({ id, record }))),
  );
  const entries = messages.flatMap((message) => message.entries);
  if (entries.length > 0) await writePersonal(sql, entries, [[account, room]]);
}

async function removeRecords(sql: Sql, records: readonly MessageRecord[]): Promise<void> {
  await sql.sweep(
    (tuples) => `DELETE FROM message_xmpp_ids WHERE (account, xmpp_id, message) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?, ?)',
    records.flatMap(({ account, id, xmppIds }) => xmppIds.flatMap((one): Value[] => [account, one, id])),
  );
  const ids = records.map(({ id }) => id);
  await sql.sweep((tuples) => `DELETE FROM part_reports WHERE message IN (VALUES ${tuples})`, '(?)', ids);
  await sql.sweep((tuples) => `DELETE FROM messages WHERE id IN (VALUES ${tuples})`, '(?)', ids);
}

async function storeRest(
  sql: Sql,
  room: RoomKey,
  hole: HoleEdges,
  rest: HoleEdges | undefined,
): Promise<void> {
  await sql.run('DELETE FROM holes WHERE room = ? AND low = ?', [room, hole.low]);
  const oldest = hole.low === '' && rest?.low !== '';
  if (oldest) await insertHole(sql, room, { low: '', high: '', after: '', before: '' });
  if (rest) await insertHole(sql, room, rest);
}

/** As `RoomHistory.missed`, inside a transaction. */
export async function missedBefore(
  sql: Sql,
  { account, room, contact }: HistoryRoom,
  id: string,
  before: string,
): Promise<void> {
  const [entry] = await sql.rows<{ low: string | null }>(
    'SELECT max(id) AS "low" FROM archive WHERE room = ?',
    [room],
  );
  const [told] = await sql.rows<{ id: string }>(
    `SELECT id FROM messages WHERE ${TOLD} ORDER BY id DESC LIMIT 1`,
    [account, storedText(contact)],
  );
  const after = (told && (await findMessage(sql, told.id)))?.networkIds.at(-1);
  const low = entry?.low ?? '';
  if (low !== '' && after !== undefined) {
    await insertHole(sql, room, { low, high: id, after, before });
    return;
  }
  // Nothing that is there tells where it begins: all of it is missing.
  await sql.run("DELETE FROM holes WHERE room = ? AND low = ''", [room]);
}

async function insertHole(sql: Sql, room: RoomKey, { low, high, after, before }: HoleEdges): Promise<void> {
  await sql.run(
    `INSERT INTO holes (room, low, high, after_id, before_id) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (room, low) DO UPDATE SET high = excluded.high, before_id = excluded.before_id`,
    [room, low, high, storedText(after), storedText(before)],
  );
}

/** The oldest entries of a room were removed: what was below them is to be read anew when it is wanted. */
export async function reopenOldest(sql: Sql, room: RoomKey): Promise<void> {
  await sql.run(
    `DELETE FROM holes WHERE room = ? AND (low = '' OR NOT EXISTS (
       SELECT 1 FROM archive WHERE archive.room = holes.room AND id <= low))`,
    [room],
  );
}
