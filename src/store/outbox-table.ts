import type { Cipher } from './cipher.js';
import type { OutboxChange, OutboxEntry, QueuedEntry } from './message-store.js';
import type { Sql, Value } from './sql.js';
import type { AccountKey } from './store.js';
import { type StoredNumber, storedText, storedTime } from './values.js';

type StoredRow = Omit<OutboxEntry, 'nextAt' | 'expiresAt'> & {
  readonly nextAt: StoredNumber;
  readonly expiresAt: StoredNumber;
};

const SELECT = `SELECT message AS "id", outbox.account AS "account", outbox.domain AS "domain",
  outbox.contact AS "contact", payload, attempts, next_at AS "nextAt", expires_at AS "expiresAt"`;

/** What a payload is bound to, so that it cannot be moved to another message or user. */
export function outboxContext(message: string, account: AccountKey): readonly string[] {
  return ['outbox', message, String(account)];
}

/** Entries of a domain behind the message `after`, oldest first. */
export async function outboxOf(
  sql: Sql,
  cipher: Cipher,
  domain: string,
  after: string,
  limit: number,
): Promise<readonly QueuedEntry[]> {
  const rows = await sql.rows<StoredRow & Pick<QueuedEntry, 'kind' | 'state'>>(
    `${SELECT}, state, kind FROM outbox JOIN messages ON messages.id = outbox.message
     WHERE outbox.domain = ? AND message > ? ORDER BY message LIMIT ?`,
    [storedText(domain), storedText(after), limit],
  );
  return rows.map((row) => ({ ...toEntry(cipher, row), state: row.state, kind: row.kind }));
}

/** Entries of one account, oldest first. */
export async function waitingOf(
  sql: Sql,
  cipher: Cipher,
  account: AccountKey,
): Promise<readonly OutboxEntry[]> {
  const rows = await sql.rows<StoredRow>(`${SELECT} FROM outbox WHERE account = ? ORDER BY message`, [
    account,
  ]);
  return rows.map((row) => toEntry(cipher, row));
}

/** Inserts entries of new messages. */
export function storeOutbox(sql: Sql, cipher: Cipher, entries: readonly OutboxEntry[]): Promise<void> {
  return sql.insert(
    'INSERT INTO outbox (message, account, domain, contact, payload, attempts, next_at, expires_at) VALUES',
    8,
    entries.flatMap((entry) => toValues(cipher, entry)),
    'ON CONFLICT DO NOTHING',
  );
}

/** Puts off the next try, or replaces the words. */
export async function reviseOutbox(
  sql: Sql,
  cipher: Cipher,
  { id, account }: Pick<OutboxEntry, 'id' | 'account'>,
  { attempts, nextAt, payload }: OutboxChange,
): Promise<void> {
  const set: [string, Value][] = [];
  if (attempts !== undefined) set.push(['attempts', attempts]);
  if (nextAt !== undefined) set.push(['next_at', storedTime(nextAt)]);
  if (payload !== undefined) set.push(['payload', cipher.seal(payload, outboxContext(id, account))]);
  if (set.length === 0) return;
  const columns = set.map(([column]) => `${column} = ?`).join(', ');
  await sql.run(`UPDATE outbox SET ${columns} WHERE message = ?`, [...set.map(([, value]) => value), id]);
}

/** Nothing more is to be done for these messages. */
export async function removeOutbox(sql: Sql, messages: readonly string[]): Promise<void> {
  await sql.sweep((tuples) => `DELETE FROM outbox WHERE message IN (VALUES ${tuples})`, '(?)', messages);
}

function toValues(cipher: Cipher, entry: OutboxEntry): Value[] {
  const { account, attempts, nextAt, expiresAt } = entry;
  const id = storedText(entry.id);
  return [
    ...[id, account, storedText(entry.domain), entry.contact],
    ...[cipher.seal(entry.payload, outboxContext(id, account)), attempts],
    ...[storedTime(nextAt), storedTime(expiresAt)],
  ];
}

function toEntry(cipher: Cipher, row: StoredRow): OutboxEntry {
  const { id, account, domain, contact, attempts } = row;
  return {
    ...{ id, account, domain, contact, attempts },
    payload: cipher.open(row.payload, outboxContext(id, account)),
    nextAt: Number(row.nextAt),
    expiresAt: Number(row.expiresAt),
  };
}
