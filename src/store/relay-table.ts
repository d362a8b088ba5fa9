import type { Cipher } from './cipher.js';
import type { RelayEntry, RelayTrace } from './relay-store.js';
import type { Sql, Value } from './sql.js';
import { type StoredNumber, storedText, storedTime } from './values.js';

/** One change of what crosses relays, for the way to the thread. */
export type RelayOperation =
  | {
      readonly kind: 'accept';
      readonly entry: RelayEntry;
      readonly ids: readonly string[];
      readonly legs: readonly string[];
      /** The later claim wins. */
      readonly names: readonly string[];
    }
  | {
      readonly kind: 'crossed';
      readonly relay: string;
      readonly leg: string;
      readonly entry: string;
      readonly ids: readonly string[];
    }
  | { readonly kind: 'forget-leg'; readonly relay: string; readonly leg: string }
  | { readonly kind: 'forget-relay'; readonly relay: string };

type Accept = Extract<RelayOperation, { readonly kind: 'accept' }>;
type Forget = Exclude<RelayOperation, Accept | Crossed>;
type Crossed = Extract<RelayOperation, { readonly kind: 'crossed' }>;

interface StoredEntry extends Pick<RelayEntry, 'id' | 'relay' | 'leg' | 'content'> {
  readonly time: StoredNumber;
}

const ENTRY = 'id, relay, leg, time, content';
const ENTRY_WIDTH = 5;
const ID_WIDTH = 5;
const WAITING_WIDTH = 3;
const INSERT_ENTRY = `INSERT INTO relay_entries (${ENTRY}) VALUES`;
const INSERT_ID = 'INSERT INTO relay_ids (relay, leg, network_id, entry, part) VALUES';
const INSERT_WAITING = 'INSERT INTO relay_waiting (relay, leg, entry) VALUES';
const ONCE = 'ON CONFLICT DO NOTHING';

/** What the words of an entry are bound to. */
export function relayContext(id: string, relay: string): readonly string[] {
  return ['relay', id, relay];
}

/** Applies changes in order; an `accept` answers whether it was new. */
export async function applyRelays(
  sql: Sql,
  cipher: Cipher,
  operations: readonly RelayOperation[],
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  // Runs of one kind go by few statements.
  for (let index = 0; index < operations.length; ) {
    const operation = operations[index];
    if (!operation) break;
    let end = index + 1;
    while (operations[end]?.kind === operation.kind) end += 1;
    const run = operations.slice(index, end);
    if (operation.kind === 'accept') answers.push(...(await accept(sql, cipher, run as readonly Accept[])));
    else {
      if (operation.kind === 'crossed') await crossed(sql, run as readonly Crossed[]);
      else for (const one of run as readonly Forget[]) await forget(sql, one);
      answers.push(...run.map(() => undefined));
    }
    index = end;
  }
  return answers;
}

async function accept(sql: Sql, cipher: Cipher, run: readonly Accept[]): Promise<readonly boolean[]> {
  const known = new Set(
    (
      await sql.lookup<{ relay: string; leg: string; id: string }>(
        (tuples) =>
          `SELECT relay, leg, network_id AS "id" FROM relay_ids WHERE (relay, leg, network_id) IN (VALUES ${tuples})`,
        '(?, ?, ?)',
        run.flatMap(({ entry: { relay, leg }, ids }) => ids.flatMap((id) => [relay, leg, storedText(id)])),
      )
    ).map(({ relay, leg, id }) => nameOf(relay, leg, id)),
  );
  const entries: Value[] = [];
  const called: Value[] = [];
  const claimed = new Map<string, readonly Value[]>();
  const waiting: Value[] = [];
  const answers = run.map(({ entry, ids, legs, names }) => {
    const { id, relay, leg } = entry;
    const own = [...new Set(ids.map(storedText))];
    if (own.some((one) => known.has(nameOf(relay, leg, one)))) return false;
    for (const one of own) known.add(nameOf(relay, leg, one));
    const content = legs.length === 0 ? '' : cipher.seal(entry.content, relayContext(id, relay));
    entries.push(id, relay, leg, storedTime(entry.time), content);
    called.push(...own.flatMap((one, part) => [relay, leg, one, id, part]));
    for (const [index, one] of names.map(storedText).entries())
      claimed.set(nameOf(relay, leg, one), [relay, leg, one, id, own.length + index]);
    waiting.push(...legs.flatMap((one) => [relay, one, id]));
    return true;
  });
  await sql.insert(INSERT_ENTRY, ENTRY_WIDTH, entries, '');
  // An id that somebody else proves to be his own is not claimed, even in the same run.
  const claims = [...claimed].filter(([name]) => !known.has(name)).map(([, claim]) => claim);
  await sql.sweep(
    (tuples) => `DELETE FROM relay_ids WHERE (relay, leg, network_id) IN (VALUES ${tuples})`,
    '(?, ?, ?)',
    claims.flatMap((claim) => claim.slice(0, 3)),
  );
  await sql.insert(INSERT_ID, ID_WIDTH, [...called, ...claims.flat()], '');
  await sql.insert(INSERT_WAITING, WAITING_WIDTH, waiting, '');
  return answers;
}

async function crossed(sql: Sql, run: readonly Crossed[]): Promise<void> {
  await sql.sweep(
    (tuples) => `DELETE FROM relay_waiting WHERE (relay, leg, entry) IN (VALUES ${tuples})`,
    '(?, ?, ?)',
    run.flatMap(({ relay, leg, entry }) => [relay, leg, entry]),
  );
  const names = run.flatMap(({ relay, leg, entry, ids }) =>
    ids.flatMap((id, part) => [relay, leg, storedText(id), entry, part]),
  );
  // A leg that gives one name twice keeps its first meaning.
  await sql.insert(INSERT_ID, ID_WIDTH, names, ONCE);
  await sql.sweep(
    (tuples) =>
      `UPDATE relay_entries SET content = '' WHERE id IN (VALUES ${tuples})
       AND NOT EXISTS (SELECT 1 FROM relay_waiting WHERE entry = relay_entries.id)`,
    '(?)',
    run.map(({ entry }) => entry),
  );
}

async function forget(sql: Sql, operation: Forget): Promise<void> {
  const { relay } = operation;
  if (operation.kind === 'forget-leg') {
    await sql.run('DELETE FROM relay_waiting WHERE relay = ? AND leg = ?', [relay, operation.leg]);
    await sql.run(
      `UPDATE relay_entries SET content = '' WHERE relay = ? AND content <> ''
       AND NOT EXISTS (SELECT 1 FROM relay_waiting WHERE entry = relay_entries.id)`,
      [relay],
    );
    return;
  }
  for (const table of ['relay_waiting', 'relay_ids', 'relay_entries'])
    await sql.run(`DELETE FROM ${table} WHERE relay = ?`, [relay]);
}

/** What has still to cross to a leg, in order. */
export async function waitingEntries(
  sql: Sql,
  cipher: Cipher,
  [relay, leg, after]: readonly [relay: string, leg: string, after: string],
  limit: number,
): Promise<RelayEntry[]> {
  const rows = await sql.rows<StoredEntry>(
    `SELECT e.id, e.relay, e.leg, e.time, e.content FROM relay_waiting w JOIN relay_entries e ON e.id = w.entry
     WHERE w.relay = ? AND w.leg = ? AND w.entry > ? ORDER BY w.entry LIMIT ?`,
    [relay, leg, after, limit],
  );
  return rows.map((row) => ({
    ...row,
    time: Number(row.time),
    content: cipher.open(row.content, relayContext(row.id, row.relay)),
  }));
}

/** How much has still to cross to a leg. */
export async function countWaiting(sql: Sql, relay: string, leg: string): Promise<number> {
  const [row] = await sql.rows<{ count: StoredNumber }>(
    'SELECT COUNT(*) AS "count" FROM relay_waiting WHERE relay = ? AND leg = ?',
    [relay, leg],
  );
  return Number(row?.count ?? 0);
}

/** What is called so on a leg. */
export async function findRelayEntry(
  sql: Sql,
  relay: string,
  leg: string,
  id: string,
): Promise<RelayTrace | undefined> {
  const rows = await sql.rows<{ id: string; leg: string; time: StoredNumber; on: string; name: string }>(
    `SELECT e.id, e.leg, e.time, n.leg AS "on", n.network_id AS "name" FROM relay_ids asked
     JOIN relay_entries e ON e.id = asked.entry JOIN relay_ids n ON n.entry = e.id
     WHERE asked.relay = ? AND asked.leg = ? AND asked.network_id = ? ORDER BY n.leg, n.part`,
    [relay, leg, storedText(id)],
  );
  const [first] = rows;
  if (!first) return undefined;
  const ids = new Map<string, string[]>();
  for (const { on, name } of rows) ids.set(on, [...(ids.get(on) ?? []), name]);
  return { id: first.id, leg: first.leg, time: Number(first.time), ids };
}

/** Removes at most `limit` entries that are older than that and wait for no leg; how many. */
export async function purgeRelays(sql: Sql, before: number, limit: number): Promise<number> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT id FROM relay_entries WHERE time < ?
     AND NOT EXISTS (SELECT 1 FROM relay_waiting WHERE entry = relay_entries.id) LIMIT ?`,
    [storedTime(before), limit],
  );
  const ids = rows.map(({ id }) => id);
  await sql.sweep((tuples) => `DELETE FROM relay_ids WHERE entry IN (VALUES ${tuples})`, '(?)', ids);
  await sql.sweep((tuples) => `DELETE FROM relay_entries WHERE id IN (VALUES ${tuples})`, '(?)', ids);
  return ids.length;
}

function nameOf(relay: string, leg: string, id: string): string {
  return JSON.stringify([relay, leg, id]);
}
