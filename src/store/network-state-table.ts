import type { Cipher } from './cipher.js';
import { existingAccounts } from './existing-accounts.js';
import type { StateRow } from './network-state-store.js';
import { list, type Sql, type Value } from './sql.js';
import { type StoredNumber, storedText, storedTime } from './values.js';

/** One change of what a network remembers, for the way to the thread. */
export type StateOperation =
  | {
      readonly kind: 'put' | 'put-if-absent';
      readonly domain: string;
      readonly bucket: string;
      readonly row: StateRow;
    }
  | { readonly kind: 'delete'; readonly domain: string; readonly bucket: string; readonly key: string };

interface StoredRow {
  readonly domain: string;
  readonly bucket: string;
  readonly key: string;
  /** Envelope. */
  readonly value: string;
  readonly account: number | null;
  readonly expiresAt: StoredNumber | null;
}

type Place = readonly [domain: string, bucket: string, key: string];

const SELECT = `SELECT domain, bucket, state_key AS "key", value, account, expires_at AS "expiresAt"
  FROM network_states`;
const INSERT = 'INSERT INTO network_states (domain, bucket, state_key, value, account, expires_at) VALUES';
const WIDTH = 6;
const REPLACE = `ON CONFLICT (domain, bucket, state_key) DO UPDATE SET value = excluded.value,
  account = excluded.account, expires_at = excluded.expires_at`;

/** What a value is bound to, so that it cannot be moved to another key. */
export function stateContext(place: Place): readonly string[] {
  return ['state', ...place];
}

/** A row that has not expired. */
export async function getState(
  sql: Sql,
  cipher: Cipher,
  place: Place,
  now: number,
): Promise<StateRow | undefined> {
  const [row] = await sql.rows<StoredRow>(
    `${SELECT} WHERE domain = ? AND bucket = ? AND state_key = ? AND (expires_at IS NULL OR expires_at > ?)`,
    [...place.map(storedText), storedTime(now)],
  );
  return row && toRow(cipher, row);
}

/** Rows of a bucket that have not expired, behind the key `after`, in the order of their keys. */
export async function listStates(
  sql: Sql,
  cipher: Cipher,
  [domain, bucket, after]: Place,
  limit: number,
  now: number,
): Promise<StateRow[]> {
  const rows = await sql.rows<StoredRow>(
    `${SELECT} WHERE domain = ? AND bucket = ? AND state_key > ? AND (expires_at IS NULL OR expires_at > ?)
     ORDER BY state_key LIMIT ?`,
    [storedText(domain), storedText(bucket), storedText(after), storedTime(now), limit],
  );
  return rows.map((row) => toRow(cipher, row));
}

/** Applies changes in order. The values are the answers: whether a row was put that had to be absent. */
export async function applyStates(
  sql: Sql,
  cipher: Cipher,
  operations: readonly StateOperation[],
  now: number,
): Promise<readonly (boolean | undefined)[]> {
  const accounts = await existingAccounts(
    sql,
    operations.flatMap((operation) => (operation.kind === 'delete' ? [] : (operation.row.account ?? []))),
  );
  const present = await loadPresent(sql, operations, now);
  const changed = new Map<string, { readonly place: Place; readonly row?: StateRow }>();
  const answers = operations.map((operation) => {
    const place = placeOf(operation);
    const name = JSON.stringify(place);
    if (operation.kind === 'delete') {
      present.delete(name);
      changed.set(name, { place });
      return undefined;
    }
    const { row } = operation;
    // of an account that was erased meanwhile nothing is kept
    const allowed = row.account === undefined || accounts.has(row.account);
    const conditional = operation.kind === 'put-if-absent';
    if (!allowed || (conditional && present.has(name))) return conditional ? false : undefined;
    if (row.expiresAt === undefined || row.expiresAt > now) present.add(name);
    else present.delete(name);
    changed.set(name, { place, row });
    return conditional ? true : undefined;
  });
  const changes = [...changed.values()];
  await remove(
    sql,
    changes.flatMap(({ place, row }) => (row ? [] : place)),
  );
  const rows = changes.flatMap(({ place, row }) => (row ? toValues(cipher, place, row) : []));
  await sql.insert(INSERT, WIDTH, rows, REPLACE);
  return answers;
}

/** Removes at most `limit` expired rows of these domains (none means all); how many. */
export function purgeStates(
  sql: Sql,
  domains: readonly string[],
  now: number,
  limit: number,
): Promise<number> {
  const ofDomains = domains.length === 0 ? '' : ` AND domain IN (${list(domains.length)})`;
  return sql.run(
    `DELETE FROM network_states WHERE (domain, bucket, state_key) IN (
       SELECT domain, bucket, state_key FROM network_states WHERE expires_at <= ?${ofDomains} LIMIT ?)`,
    [storedTime(now), ...domains, limit],
  );
}

/** Names of the rows that stand in the way of a row that must be absent. */
async function loadPresent(
  sql: Sql,
  operations: readonly StateOperation[],
  now: number,
): Promise<Set<string>> {
  const asked = operations.filter(({ kind }) => kind === 'put-if-absent').flatMap(placeOf);
  const rows = await sql.lookup<StoredRow>(
    (tuples) => `${SELECT} WHERE (domain, bucket, state_key) IN (VALUES ${tuples})`,
    '(?, ?, ?)',
    asked,
  );
  return new Set(
    rows
      .filter(({ expiresAt }) => expiresAt === null || Number(expiresAt) > now)
      .map(({ domain, bucket, key }) => JSON.stringify([domain, bucket, key])),
  );
}

async function remove(sql: Sql, places: readonly string[]): Promise<void> {
  await sql.sweep(
    (tuples) => `DELETE FROM network_states WHERE (domain, bucket, state_key) IN (VALUES ${tuples})`,
    '(?, ?, ?)',
    places,
  );
}

function placeOf(operation: StateOperation): Place {
  const key = operation.kind === 'delete' ? operation.key : operation.row.key;
  return [storedText(operation.domain), storedText(operation.bucket), storedText(key)];
}

function toValues(cipher: Cipher, place: Place, { value, account, expiresAt }: StateRow): Value[] {
  const sealed = cipher.seal(value, stateContext(place));
  return [...place, sealed, account ?? null, expiresAt === undefined ? null : storedTime(expiresAt)];
}

function toRow(cipher: Cipher, { domain, bucket, key, value, account, expiresAt }: StoredRow): StateRow {
  return {
    key,
    value: cipher.open(value, stateContext([domain, bucket, key])),
    ...(account !== null && { account }),
    ...(expiresAt !== null && { expiresAt: Number(expiresAt) }),
  };
}
