import { StoreError } from './error.js';
import { existingAccounts } from './existing-accounts.js';
import { foldChanges, type SpanChange, spanKey, WHOLE_ROOM } from './span.js';
import { list, type Sql, type Value } from './sql.js';
import type { AccountKey, ArchiveEntry, RoomKey } from './store.js';
import { storedTime } from './values.js';

/** What is written behind the stream, in one transaction. Flat, since that is the cheapest to post to a thread. */
export interface WriteBatch {
  /** Seven values per entry: id, room, time, nick, type, message id, payload. */
  readonly entries: readonly Value[];
  readonly spans: readonly SpanChange[];
  /** Ids of inbox rows that were delivered. */
  readonly confirmed: readonly string[];
}

/** Values per entry. */
const ENTRY_WIDTH = 7;

const INSERT_ENTRIES = 'INSERT INTO archive (id, room, time, nick, type, message_id, payload) VALUES';
const PARAMETERS_PER_STATEMENT = 400;

/** Writes the batch; writing it again changes nothing. */
export async function writeBatch(sql: Sql, batch: WriteBatch): Promise<void> {
  await insertEntries(sql, batch.entries);
  await writeSpans(sql, batch.spans);
  await confirm(sql, batch.confirmed);
}

/** Writes entries of rooms that are one account's own, and lets it see them. */
export async function writePersonal(
  sql: Sql,
  entries: readonly ArchiveEntry[],
  rooms: Iterable<readonly [AccountKey, RoomKey]>,
): Promise<void> {
  await insertEntries(
    sql,
    entries.flatMap(({ id, room, time, nick, type, messageId, payload }): Value[] => [
      ...[id, room, storedTime(time), nick, type, messageId, payload],
    ]),
  );
  const { from, to } = WHOLE_ROOM;
  const spans = [...rooms].flatMap(([account, room]): Value[] => [account, room, from, to]);
  await sql.insert(
    'INSERT INTO spans (account, room, from_id, to_id) VALUES',
    4,
    spans,
    `ON CONFLICT (account, room, from_id)
    DO UPDATE SET to_id = excluded.to_id`,
  );
}

/** An entry of the archive that says something else from now on. */
export type RewrittenEntry = Pick<ArchiveEntry, 'room' | 'id' | 'payload'>;

/** Puts other words in the place of what entries say; those that are not there stay away. */
export async function rewriteEntries(sql: Sql, entries: readonly RewrittenEntry[]): Promise<void> {
  for (const { room, id, payload } of entries)
    await sql.run('UPDATE archive SET payload = ? WHERE room = ? AND id = ?', [payload, room, id]);
}

function insertEntries(sql: Sql, flat: readonly Value[]): Promise<void> {
  return sql.insert(INSERT_ENTRIES, ENTRY_WIDTH, flat, 'ON CONFLICT DO NOTHING');
}

/** Writes what can be written of a batch that failed as a whole for its content; the number of rows left out. */
export async function salvageBatch(sql: Sql, batch: WriteBatch): Promise<number> {
  const pieces: WriteBatch[] = [];
  for (let offset = 0; offset < batch.entries.length; offset += ENTRY_WIDTH) {
    pieces.push({ entries: batch.entries.slice(offset, offset + ENTRY_WIDTH), spans: [], confirmed: [] });
  }
  for (const change of batch.spans) pieces.push({ entries: [], spans: [change], confirmed: [] });
  for (const id of batch.confirmed) pieces.push({ entries: [], spans: [], confirmed: [id] });
  let dropped = 0;
  for (const piece of pieces) {
    await sql.run('SAVEPOINT piece');
    try {
      await writeBatch(sql, piece);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'other') throw error;
      await sql.run('ROLLBACK TO SAVEPOINT piece');
      dropped += 1;
    }
    await sql.run('RELEASE SAVEPOINT piece');
  }
  return dropped;
}

/** The rooms that a batch speaks of. */
export function roomsOf(batch: WriteBatch): Set<number> {
  const rooms = new Set(batch.spans.map((change) => change.room));
  for (let offset = 1; offset < batch.entries.length; offset += ENTRY_WIDTH) {
    rooms.add(Number(batch.entries[offset]));
  }
  return rooms;
}

async function writeSpans(sql: Sql, changes: readonly SpanChange[]): Promise<void> {
  if (changes.length === 0) return;
  const accounts = await existingAccounts(
    sql,
    changes.map((change) => change.account),
  );
  // an account that was erased meanwhile gets no new spans
  const valid = changes.filter((change) => accounts.has(change.account));
  const open = await openSpans(sql, valid);
  const flat = foldChanges(open, valid).flatMap((row): Value[] => [row.account, row.room, row.from, row.to]);
  await sql.insert(
    'INSERT INTO spans (account, room, from_id, to_id) VALUES',
    4,
    flat,
    `ON CONFLICT (account, room, from_id) DO UPDATE SET to_id = CASE
       WHEN excluded.to_id IS NOT NULL AND spans.to_id > excluded.to_id THEN spans.to_id ELSE excluded.to_id END`,
  );
}

async function openSpans(sql: Sql, changes: readonly SpanChange[]): Promise<ReadonlyMap<string, string>> {
  const pairs = new Map(
    changes.map(({ account, room }) => [spanKey(account, room), [account, room]] as const),
  );
  const open = new Map<string, string>();
  for (const part of parts([...pairs.values()], PARAMETERS_PER_STATEMENT / 2)) {
    const rows = await sql.rows<{ account: number; room: number; from: string }>(
      `SELECT account, room, from_id AS "from" FROM spans
       WHERE to_id IS NULL AND (account, room) IN (VALUES ${pairTuples(part.length)})`,
      part.flat(),
    );
    for (const row of rows) open.set(spanKey(row.account, row.room), row.from);
  }
  return open;
}

/** PostgreSQL would take bare parameters in VALUES for text. */
function pairTuples(count: number): string {
  return Array(count).fill('(CAST(? AS INTEGER), CAST(? AS INTEGER))').join(', ');
}

async function confirm(sql: Sql, ids: readonly string[]): Promise<void> {
  for (const part of parts(ids, PARAMETERS_PER_STATEMENT)) {
    await sql.run(`DELETE FROM inbox WHERE id IN (${list(part.length)})`, part);
  }
}

function* parts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let offset = 0; offset < items.length; offset += size) yield items.slice(offset, offset + size);
}
