import type { ContactRecord } from './contact-store.js';
import { existingAccounts } from './existing-accounts.js';
import type { Sql, Value } from './sql.js';
import type { AccountKey } from './store.js';
import { type StoredFlag, type StoredNumber, storedText, storedTime } from './values.js';

/** One change of contacts, for the way to the thread. */
export type ContactOperation =
  | { readonly kind: 'put'; readonly records: readonly ContactRecord[] }
  | { readonly kind: 'remove'; readonly account: AccountKey; readonly contacts: readonly string[] };

const COLUMNS = [
  ...['account', 'contact', 'listed', 'name', 'group_names', 'avatar', 'photo', 'no_reply', 'sees', 'seen'],
  ...['pending', 'written', 'suggested', 'blocked', 'muted_until', 'approved', 'last_seen'],
];
const KEY_COLUMNS = 2;

const INSERT = `INSERT INTO contacts (${COLUMNS.join(', ')}) VALUES`;
const REPLACE = `ON CONFLICT (account, contact) DO UPDATE SET ${COLUMNS.slice(KEY_COLUMNS)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`;

const SELECT = `SELECT account, contact, listed, name, group_names AS "groups", avatar, photo,
  no_reply AS "noReply", sees AS "to", seen AS "from", pending, written, suggested, blocked,
  muted_until AS "mutedUntil", approved, last_seen AS "lastSeen" FROM contacts`;

type Flags = 'listed' | 'noReply' | 'to' | 'from' | 'suggested' | 'blocked' | 'approved';

/** A row as the drivers give it. */
type StoredRow = Pick<ContactRecord, 'account' | 'contact' | 'name' | 'avatar' | 'photo' | 'pending'> &
  Readonly<Record<Flags, StoredFlag>> & {
    /** JSON. */
    readonly groups: string;
    readonly written: string | null;
    readonly mutedUntil: StoredNumber;
    readonly lastSeen: StoredNumber;
  };

/** All contacts of one account, by their ids. */
export async function listContacts(sql: Sql, account: AccountKey): Promise<ContactRecord[]> {
  const rows = await sql.rows<StoredRow>(`${SELECT} WHERE account = ? ORDER BY contact`, [account]);
  return rows.map(toRecord);
}

/** One contact, if there is a row. */
export async function findContact(
  sql: Sql,
  account: AccountKey,
  contact: string,
): Promise<ContactRecord | undefined> {
  const [row] = await sql.rows<StoredRow>(`${SELECT} WHERE account = ? AND contact = ?`, [
    account,
    storedText(contact),
  ]);
  return row && toRecord(row);
}

/** Applies changes in order: of several of one contact only the last is written. */
export async function applyContacts(
  sql: Sql,
  operations: readonly ContactOperation[],
): Promise<readonly undefined[]> {
  const last = new Map<string, { readonly key: readonly Value[]; readonly record?: ContactRecord }>();
  for (const operation of operations) {
    if (operation.kind === 'put') {
      for (const record of operation.records) {
        const contact = storedText(record.contact);
        last.set(`${record.account} ${contact}`, { key: [record.account, contact], record });
      }
    } else {
      for (const name of operation.contacts) {
        const contact = storedText(name);
        last.set(`${operation.account} ${contact}`, { key: [operation.account, contact] });
      }
    }
  }
  const changes = [...last.values()];
  const removed = changes.filter(({ record }) => !record).flatMap(({ key }) => key);
  await sql.sweep(
    (tuples) => `DELETE FROM contacts WHERE (account, contact) IN (VALUES ${tuples})`,
    '(CAST(? AS INTEGER), ?)',
    removed,
  );
  const records = changes.flatMap(({ record }) => record ?? []);
  const accounts = await existingAccounts(
    sql,
    records.map(({ account }) => account),
  );
  const rows = records.filter(({ account }) => accounts.has(account)).flatMap(toValues);
  await sql.insert(INSERT, COLUMNS.length, rows, REPLACE);
  return operations.map(() => undefined);
}

function toValues(record: ContactRecord): Value[] {
  const { account, contact, groups, written, mutedUntil, lastSeen } = record;
  return [
    ...[account, storedText(contact), flag(record.listed), record.name, JSON.stringify(groups)],
    ...[
      record.avatar,
      record.photo,
      flag(record.noReply),
      flag(record.to),
      flag(record.from),
      record.pending,
    ],
    ...[written ? JSON.stringify(written) : null, flag(record.suggested), flag(record.blocked)],
    ...[storedTime(mutedUntil), flag(record.approved), storedTime(lastSeen)],
  ];
}

/** SQLite binds no booleans, and PostgreSQL takes the digits for one. */
function flag(value: boolean): string | number {
  return value ? 1 : 0;
}

function toRecord({ groups, written, mutedUntil, lastSeen, ...row }: StoredRow): ContactRecord {
  return {
    account: row.account,
    contact: row.contact,
    listed: Boolean(row.listed),
    name: row.name,
    groups: JSON.parse(groups) as string[],
    avatar: row.avatar,
    photo: row.photo,
    noReply: Boolean(row.noReply),
    to: Boolean(row.to),
    from: Boolean(row.from),
    pending: row.pending,
    ...(written !== null && { written: JSON.parse(written) as NonNullable<ContactRecord['written']> }),
    suggested: Boolean(row.suggested),
    blocked: Boolean(row.blocked),
    mutedUntil: Number(mutedUntil),
    approved: Boolean(row.approved),
    lastSeen: Number(lastSeen),
  };
}
