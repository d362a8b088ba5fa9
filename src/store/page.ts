import { type Bounds, clip, condition, contains, type Interval, toInterval } from './interval.js';
import { mergeSpans, type Span } from './span.js';
import { list, type Sql, type Value } from './sql.js';
import type { AccountKey, ArchiveEntry, ArchivePage, ArchiveQuery, RoomKey } from './store.js';

/** Intervals asked for by one statement. */
const INTERVALS_PER_STATEMENT = 16;

/** PostgreSQL and SQLite limit the parameters of one statement. */
const IDS_PER_STATEMENT = 500;

const COLUMNS = 'id, room, time, nick, type, message_id AS "messageId", payload';

type TimeQuery = Pick<ArchiveQuery, 'room' | 'start' | 'end'>;

/** Conditions besides the intervals. */
interface Filter {
  readonly text: string;
  readonly parameters: readonly Value[];
}

/**
 * A page of what the account may see of the room (XEP-0313 §4, XEP-0059). Undefined when the query names an id
 * that the account cannot see, whether or not it exists (I21, S03).
 */
export async function findPage(
  sql: Sql,
  query: ArchiveQuery,
  countLimit: number,
): Promise<ArchivePage | undefined> {
  const visible = await visibleIntervals(sql, query.account, query.room);
  if (!(await allKnown(sql, query, visible))) return undefined;
  const filter = toFilter(query);
  const times = await timeBounds(sql, query);
  if (times === 'none') return { entries: [], complete: true, count: 0 };
  const asked =
    query.ids === undefined
      ? visible
      : mergeSpans(query.ids.map((id) => ({ from: id, to: id }))).map(toInterval);
  const result = clip(clip(asked, times), { above: query.afterId, below: query.beforeId });
  const count = await countIn(sql, query.room, result, filter, countLimit);
  const backward = query.before !== undefined;
  const rest = clip(result, { above: query.after, below: query.before || undefined });
  const limit = query.limit >= 1 ? Math.trunc(query.limit) : 0;
  const found = await select(sql, query.room, rest, filter, limit + 1, backward);
  const complete = found.length <= limit;
  const entries = found.slice(0, limit);
  return { entries: backward ? entries.reverse() : entries, complete, count };
}

/** The newest entries inside the account's spans, in order, none older than `since` (UTC milliseconds). */
export async function findHistory(
  sql: Sql,
  account: AccountKey,
  room: RoomKey,
  limit: number,
  since: number | undefined,
): Promise<readonly ArchiveEntry[]> {
  if (!(limit >= 1)) return [];
  const visible = await visibleIntervals(sql, account, room);
  const window = since === undefined ? {} : { start: since };
  const filter = toFilter(window);
  const times = await timeBounds(sql, { room, ...window });
  if (times === 'none') return [];
  const found = await select(sql, room, clip(visible, times), filter, Math.trunc(limit), true);
  return found.reverse();
}

async function visibleIntervals(sql: Sql, account: AccountKey, room: RoomKey): Promise<Interval[]> {
  const spans = await sql.rows<Span>(
    'SELECT from_id AS "from", to_id AS "to" FROM spans WHERE account = ? AND room = ?',
    [account, room],
  );
  return mergeSpans(spans).map(toInterval);
}

async function allKnown(sql: Sql, query: ArchiveQuery, visible: readonly Interval[]): Promise<boolean> {
  const named = [query.after, query.before || undefined, query.afterId, query.beforeId, ...(query.ids ?? [])];
  const ids = [...new Set(named.filter((id) => id !== undefined))];
  if (!ids.every((id) => visible.some((interval) => contains(interval, id)))) return false;
  for (let offset = 0; offset < ids.length; offset += IDS_PER_STATEMENT) {
    const part = ids.slice(offset, offset + IDS_PER_STATEMENT);
    const rows = await sql.rows(`SELECT id FROM archive WHERE room = ? AND id IN (${list(part.length)})`, [
      query.room,
      ...part,
    ]);
    if (rows.length !== part.length) return false;
  }
  return true;
}

function toFilter(query: Pick<ArchiveQuery, 'start' | 'end' | 'nick'>): Filter {
  const texts: string[] = [];
  const parameters: Value[] = [];
  const add = (text: string, ...values: readonly Value[]) => {
    texts.push(` AND ${text}`);
    parameters.push(...values);
  };
  if (query.start !== undefined) add('time >= ?', Math.ceil(query.start));
  if (query.end !== undefined) add('time <= ?', Math.floor(query.end));
  if (query.nick !== undefined) add('nick = ?', query.nick);
  return { text: texts.join(''), parameters };
}

/** Time is no bound of the order, so it is turned into ids, between which nearly every entry fits. */
async function timeBounds(sql: Sql, query: TimeQuery): Promise<Bounds | 'none'> {
  if (query.start === undefined && query.end === undefined) return {};
  const { room, start, end } = query;
  const filter = toFilter({ ...(start !== undefined && { start }), ...(end !== undefined && { end }) });
  const [row] = await sql.rows<{ first: string | null; last: string | null }>(
    `SELECT min(id) AS "first", max(id) AS "last" FROM archive WHERE room = ?${filter.text}`,
    [room, ...filter.parameters],
  );
  if (row?.first == null || row.last == null) return 'none';
  return { first: row.first, last: row.last };
}

async function countIn(
  sql: Sql,
  room: RoomKey,
  intervals: readonly Interval[],
  filter: Filter,
  limit: number,
): Promise<number> {
  let total = 0;
  for (const part of parts(intervals)) {
    if (total >= limit) break;
    const arms = part.map((interval) => arm('SELECT 1 AS one', room, interval, filter));
    const [row] = await sql.rows<{ total: number | string }>(
      `SELECT count(*) AS total FROM (${arms.map((one) => one.text).join(' UNION ALL ')} LIMIT ?) AS matches`,
      [...arms.flatMap((one) => one.parameters), limit - total],
    );
    total += Number(row?.total ?? 0);
  }
  return total;
}

/** Up to `limit` entries from the front, or from the back in reverse order. */
async function select(
  sql: Sql,
  room: RoomKey,
  intervals: readonly Interval[],
  filter: Filter,
  limit: number,
  backward: boolean,
): Promise<ArchiveEntry[]> {
  const direction = backward ? 'DESC' : 'ASC';
  const ordered = backward ? [...intervals].reverse() : intervals;
  const found: ArchiveEntry[] = [];
  for (const part of parts(ordered)) {
    const wanted = limit - found.length;
    if (wanted <= 0) break;
    const arms = part.map((interval) => arm(`SELECT ${COLUMNS}`, room, interval, filter));
    const texts = arms.map((one) => `SELECT * FROM (${one.text} ORDER BY id ${direction} LIMIT ?) AS one`);
    const rows = await sql.rows<ArchiveEntry>(
      `SELECT * FROM (${texts.join(' UNION ALL ')}) AS matches ORDER BY id ${direction} LIMIT ?`,
      [...arms.flatMap((one) => [...one.parameters, wanted]), wanted],
    );
    // int8 arrives as text from node-postgres
    for (const row of rows) found.push({ ...row, time: Number(row.time) });
  }
  return found;
}

function arm(head: string, room: RoomKey, interval: Interval, filter: Filter) {
  const range = condition(interval);
  return {
    text: `${head} FROM archive WHERE room = ? AND ${range.text}${filter.text}`,
    parameters: [room, ...range.parameters, ...filter.parameters] as const,
  };
}

function* parts(intervals: readonly Interval[]): Generator<readonly Interval[]> {
  for (let offset = 0; offset < intervals.length; offset += INTERVALS_PER_STATEMENT) {
    yield intervals.slice(offset, offset + INTERVALS_PER_STATEMENT);
  }
}
