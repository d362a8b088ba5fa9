import type { Cipher } from './cipher.js';
import { heldContext } from './held-table.js';
import { stateContext } from './network-state-table.js';
import { outboxContext } from './outbox-table.js';
import { relayContext } from './relay-table.js';
import { list, type Sql, type Value } from './sql.js';

/** Rows that one step of a rotation holds in memory. */
const STEP = 500;

type Row = Readonly<Record<string, Value>>;

/** A table with an encrypted column. */
interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Columns of the key by which rows are read in order. */
  readonly key: readonly string[];
  /** Other columns that the value is bound to. */
  readonly bound: readonly string[];
  /** Rows without a value have an empty text, which is no envelope. */
  readonly mayBeEmpty?: true;
  /** What the value is bound to. */
  readonly context: (row: Row) => readonly string[];
}

const columns: readonly SealedColumn[] = [
  {
    ...{ table: 'outbox', column: 'payload', key: ['message'], bound: ['account'] },
    context: ({ message, account }) => outboxContext(String(message), Number(account)),
  },
  {
    ...{ table: 'held', column: 'stanza', key: ['sequence'], bound: ['id', 'account'] },
    context: ({ id, account }) => heldContext(String(id), Number(account)),
  },
  {
    ...{ table: 'network_states', column: 'value', key: ['domain', 'bucket', 'state_key'], bound: [] },
    context: (row) => stateContext([String(row.domain), String(row.bucket), String(row.state_key)]),
  },
  {
    ...{ table: 'relay_entries', column: 'content', key: ['id'], bound: ['relay'], mayBeEmpty: true },
    context: ({ id, relay }) => relayContext(String(id), String(relay)),
  },
];

/** Encrypts what waits, what is held and what networks remember anew with the current key of `next`. */
export async function resealColumns(sql: Sql, present: Cipher, next: Cipher): Promise<void> {
  for (const column of columns) await resealColumn(sql, column, present, next);
}

async function resealColumn(
  sql: Sql,
  { table, column, key, bound, mayBeEmpty, context }: SealedColumn,
  present: Cipher,
  next: Cipher,
): Promise<void> {
  const tuple = `(${key.join(', ')})`;
  const order = key.join(', ');
  const select = `SELECT ${[...key, ...bound, column].join(', ')} FROM ${table}`;
  let after: readonly Value[] = [];
  for (;;) {
    const behind = after.length === 0 ? '' : ` WHERE ${tuple} > (${list(key.length)})`;
    const rows = await sql.rows<Row>(`${select}${behind} ORDER BY ${order} LIMIT ${STEP}`, after);
    for (const row of rows) {
      if (mayBeEmpty && row[column] === '') continue;
      const sealed = next.seal(present.open(String(row[column]), context(row)), context(row));
      await sql.run(`UPDATE ${table} SET ${column} = ? WHERE ${tuple} = (${list(key.length)})`, [
        sealed,
        ...key.map((name) => row[name] ?? null),
      ]);
    }
    const last = rows.at(-1);
    if (!last || rows.length < STEP) return;
    after = key.map((name) => last[name] ?? null);
  }
}
