import { type RewrittenEntry, rewriteEntries, writePersonal } from './batch.js';
import type { Cipher } from './cipher.js';
import { StoreError } from './error.js';
import { existingAccounts } from './existing-accounts.js';
import { removeHeld, storeHeld } from './held-table.js';
import { appendInbox } from './inbox-table.js';
import type { MessageOperation } from './message-operation.js';
import type {
  MessageChange,
  MessageRecord,
  OutboxChange,
  OutboxEntry,
  ReportedMessage,
} from './message-store.js';
import {
  claimsOf,
  loadMessages,
  type MessageId,
  storedIds,
  storedRecord,
  storeMessages,
  storeNetworkIds,
  storeXmppIds,
  takenNetworkIds,
} from './message-table.js';
import { removeOutbox, reviseOutbox, storeOutbox } from './outbox-table.js';
import {
  countReports,
  loadEarlyReports,
  loadReports,
  removeEarlyReports,
  type StoredReport,
  storeReports,
} from './part-report-table.js';
import { setInvited } from './room-table.js';
import type { Sql, Value } from './sql.js';
import type { AccountKey, ArchiveEntry, InboxRow, RoomKey, RoomTrace } from './store.js';
import { storedText, storedTime } from './values.js';

/**
 * Applies operations on messages in order, inside a transaction. The values are the answers of `Messages`.
 * @param now UTC milliseconds
 */
export async function applyMessages(
  sql: Sql,
  cipher: Cipher,
  operations: readonly MessageOperation[],
  now: number,
): Promise<readonly unknown[]> {
  const batch = new MessageBatch(operations, now);
  await batch.load(sql);
  const answers = operations.map((operation) => batch.apply(operation));
  await batch.store(sql, cipher);
  return answers;
}

/**
 * What a batch of operations needs is read by few statements, changed in memory in their order, and written by few
 * statements: there is one writer per domain, so nobody else changes it meanwhile.
 */
class MessageBatch {
  readonly #operations: readonly MessageOperation[];
  readonly #now: number;
  #accounts: ReadonlySet<AccountKey> = new Set();
  readonly #records = new Map<string, MessageRecord>();
  readonly #changed = new Set<string>();
  /** By account and network id: the message that has it; empty when it was not needed to know which. */
  readonly #owners = new Map<string, string>();
  /** By domain and network id, then account: the message of a user that has it. */
  readonly #claims = new Map<string, Map<AccountKey, string>>();
  /** By message, then network id. */
  readonly #reports = new Map<string, Map<string, StoredReport>>();
  /** By domain and network id. */
  readonly #early = new Map<string, StoredReport>();

  readonly #newXmppIds: MessageId[] = [];
  readonly #newNetworkIds = new Map<string, MessageId>();
  readonly #newReports = new Set<StoredReport>();
  readonly #claimed: Value[] = [];
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #revised = new Map<string, OutboxChange>();
  readonly #finished = new Set<string>();
  readonly #stanzas: InboxRow[] = [];
  readonly #held = new Map<string, InboxRow>();
  readonly #released: Value[] = [];
  readonly #archived: ArchiveEntry[] = [];
  /** Whose rooms got entries. */
  readonly #rooms = new Map<RoomKey, AccountKey>();
  readonly #invited = new Set<RoomKey>();
  readonly #rewritten: RewrittenEntry[] = [];

  constructor(operations: readonly MessageOperation[], now: number) {
    this.#operations = operations;
    this.#now = now;
  }

  async load(sql: Sql): Promise<void> {
    const accounts: AccountKey[] = [];
    const messages = new Set<string>();
    const incoming: Value[] = [];
    const reported: Value[] = [];
    for (const operation of this.#operations) {
      if (operation.kind === 'accept' || operation.kind === 'submit') {
        const { record } = operation;
        accounts.push(record.account);
        messages.add(storedText(record.id));
        if (operation.kind === 'accept') {
          for (const id of storedIds(record.networkIds)) incoming.push(record.account, id);
        }
      } else if (operation.kind === 'change') messages.add(storedText(operation.id));
      else if (operation.kind === 'report') {
        reported.push(storedText(operation.domain), storedText(operation.networkId));
      } else if (operation.kind === 'hold') accounts.push(...operation.rows.map(({ account }) => account));
    }
    this.#accounts = await existingAccounts(sql, accounts);
    for (const { account, id } of await takenNetworkIds(sql, incoming)) {
      this.#owners.set(pair(account, id), '');
    }
    for (const { domain, id, account, message } of await claimsOf(sql, reported)) {
      this.#claimsOf(pair(domain, id)).set(account, message);
      messages.add(message);
    }
    for (const record of await loadMessages(sql, [...messages])) this.#records.set(record.id, record);
    await this.#loadReports(sql, reported);
  }

  async #loadReports(sql: Sql, reported: readonly Value[]): Promise<void> {
    const asked = new Set([...this.#claims.values()].flatMap((claims) => [...claims.values()]));
    const early = [...reported];
    const submitted = new Map<string, string>();
    for (const operation of this.#operations) {
      if (operation.kind === 'submit') {
        const { id, domain } = operation.record;
        if (!submitted.has(storedText(id))) submitted.set(storedText(id), domain);
      }
      if (operation.kind !== 'change') continue;
      const id = storedText(operation.id);
      const domain = this.#records.get(id)?.domain ?? submitted.get(id);
      const added = operation.change.addNetworkIds ?? [];
      if (domain === undefined || added.length === 0) continue;
      asked.add(id);
      for (const networkId of added) early.push(storedText(domain), storedText(networkId));
    }
    for (const report of await loadReports(sql, [...asked])) this.#note(report);
    for (const report of await loadEarlyReports(sql, early)) {
      this.#early.set(pair(report.domain, report.networkId), report);
    }
  }

  apply(operation: MessageOperation): unknown {
    switch (operation.kind) {
      case 'accept':
        return this.#accept(storedRecord(operation.record), operation.stanzas, operation.trace);
      case 'submit':
        return this.#submit(storedRecord(operation.record), operation.entry, operation.trace);
      case 'change':
        return this.#change(storedText(operation.id), operation.change);
      case 'report':
        return this.#report({
          message: '',
          domain: storedText(operation.domain),
          networkId: storedText(operation.networkId),
          // a time to come would keep a report for ever that nobody claims
          report: { ...operation.report, time: Math.min(storedTime(operation.report.time), this.#now) },
        });
      case 'hold':
        this.#hold(operation.rows);
        return undefined;
      case 'release':
        for (const id of operation.ids) {
          this.#held.delete(storedText(id));
          this.#released.push(operation.account, storedText(id));
        }
        return undefined;
    }
  }

  async store(sql: Sql, cipher: Cipher): Promise<void> {
    await storeMessages(
      sql,
      [...this.#changed].flatMap((id) => this.#records.get(id) ?? []),
    );
    await storeXmppIds(sql, this.#newXmppIds);
    await storeNetworkIds(sql, [...this.#newNetworkIds.values()]);
    await removeEarlyReports(sql, this.#claimed);
    await storeReports(sql, [...this.#newReports]);
    await removeOutbox(sql, [...this.#finished]);
    await storeOutbox(sql, cipher, [...this.#entries.values()]);
    for (const [id, change] of this.#revised) {
      const account = this.#records.get(id)?.account;
      if (account !== undefined) await reviseOutbox(sql, cipher, { id, account }, change);
    }
    if (this.#stanzas.length > 0) await appendInbox(sql, this.#stanzas);
    await removeHeld(sql, this.#released);
    await storeHeld(sql, cipher, [...this.#held.values()]);
    if (this.#archived.length > 0)
      await writePersonal(
        sql,
        this.#archived,
        [...this.#rooms].map(([room, account]) => [account, room] as const),
      );
    await rewriteEntries(sql, this.#rewritten);
    if (this.#invited.size > 0) await setInvited(sql, [...this.#invited], true);
  }

  #hold(rows: readonly InboxRow[]): void {
    for (const row of rows) {
      const id = storedText(row.id);
      if (this.#accounts.has(row.account) && !this.#held.has(id)) this.#held.set(id, { ...row, id });
    }
  }

  #accept(record: MessageRecord, stanzas: readonly InboxRow[], trace: RoomTrace | undefined): boolean {
    const known =
      this.#records.has(record.id) ||
      record.networkIds.some((id) => this.#owners.has(pair(record.account, id)));
    if (known || !this.#accounts.has(record.account)) return false;
    this.#insert(record);
    if (record.state === 'held') this.#hold(stanzas);
    else this.#stanzas.push(...stanzas);
    this.#leave(record, trace);
    return true;
  }

  #submit(record: MessageRecord, entry: OutboxEntry, trace: RoomTrace | undefined): undefined {
    if (!this.#accounts.has(record.account)) {
      throw new StoreError('not-found', `There is no account ${record.account}`);
    }
    // the answer to the first try was lost: what has become of it meanwhile stays
    if (this.#records.has(record.id)) return undefined;
    this.#insert(record);
    this.#entries.set(record.id, { ...entry, id: record.id });
    this.#leave(record, trace);
    return undefined;
  }

  #leave({ account }: MessageRecord, trace: RoomTrace | undefined): void {
    if (!trace) return;
    for (const entry of trace.entries) this.#archived.push(entry);
    if (trace.entries.length > 0) this.#rooms.set(trace.room, account);
    if (trace.invited) this.#invited.add(trace.room);
    for (const entry of trace.rewritten ?? []) this.#rewritten.push({ ...entry, room: trace.room });
  }

  #insert(record: MessageRecord): void {
    this.#put(record);
    this.#addXmppIds(record, record.xmppIds);
    this.#addNetworkIds(record, record.networkIds);
  }

  #change(id: string, change: MessageChange): readonly ReportedMessage[] {
    const record = this.#records.get(id);
    if (!record) return [];
    const addedXmpp = missing(record.xmppIds, change.addXmppIds);
    const addedNetwork = missing(record.networkIds, change.addNetworkIds);
    const changed: MessageRecord = {
      ...record,
      xmppIds: [...record.xmppIds, ...addedXmpp],
      networkIds: [...record.networkIds, ...addedNetwork],
      state: change.state ?? record.state,
      detail: change.detail ?? record.detail,
      changedAt: storedTime(change.changedAt),
    };
    this.#put(changed);
    this.#addXmppIds(changed, addedXmpp);
    this.#addNetworkIds(changed, addedNetwork);
    this.#changeOutbox(id, change.outbox);
    this.#leave(changed, change.trace);
    return this.#claimEarly(changed, addedNetwork) ? [this.#reported(changed)] : [];
  }

  #changeOutbox(id: string, change: MessageChange['outbox']): void {
    if (change === undefined) return;
    const entry = this.#entries.get(id);
    if (change === 'done') {
      this.#entries.delete(id);
      this.#revised.delete(id);
      this.#finished.add(id);
    } else if (entry) this.#entries.set(id, { ...entry, ...change });
    else this.#revised.set(id, { ...this.#revised.get(id), ...change });
  }

  #report(report: StoredReport): ReportedMessage | undefined {
    const key = pair(report.domain, report.networkId);
    const record = this.#records.get(newest(this.#claimsOf(key).values()));
    if (record) {
      if (!this.#reports.get(record.id)?.has(report.networkId)) this.#add({ ...report, message: record.id });
      return this.#reported(record);
    }
    if (!this.#early.has(key)) {
      this.#early.set(key, report);
      this.#newReports.add(report);
    }
    return undefined;
  }

  /** Whether any of the ids had been reported on. */
  #claimEarly(record: MessageRecord, networkIds: readonly string[]): boolean {
    if (record.direction !== 'out') return false;
    let any = false;
    for (const id of networkIds) {
      const key = pair(record.domain, id);
      const early = this.#early.get(key);
      if (!early) continue;
      any = true;
      this.#early.delete(key);
      if (!this.#newReports.delete(early)) this.#claimed.push(record.domain, id);
      this.#add({ ...early, message: record.id });
    }
    return any;
  }

  #reported(record: MessageRecord): ReportedMessage {
    return countReports(record, [...(this.#reports.get(record.id)?.values() ?? [])]);
  }

  #put(record: MessageRecord): void {
    this.#records.set(record.id, record);
    this.#changed.add(record.id);
  }

  #addXmppIds(record: MessageRecord, ids: readonly string[]): void {
    for (const id of ids) this.#newXmppIds.push({ id, record });
  }

  #addNetworkIds(record: MessageRecord, ids: readonly string[]): void {
    for (const id of ids) {
      const key = pair(record.account, id);
      this.#owners.set(key, record.id);
      this.#newNetworkIds.set(key, { id, record });
      const claims = this.#claimsOf(pair(record.domain, id));
      if (record.direction === 'out') claims.set(record.account, record.id);
      else claims.delete(record.account);
    }
  }

  #claimsOf(key: string): Map<AccountKey, string> {
    const claims = this.#claims.get(key) ?? new Map<AccountKey, string>();
    this.#claims.set(key, claims);
    return claims;
  }

  #add(report: StoredReport): void {
    this.#note(report);
    this.#newReports.add(report);
  }

  #note(report: StoredReport): void {
    const reports = this.#reports.get(report.message) ?? new Map<string, StoredReport>();
    reports.set(report.networkId, report);
    this.#reports.set(report.message, reports);
  }
}

/** Neither part holds U+0000 once it is cleaned. */
function pair(one: string | number, other: string): string {
  return `${one}\0${other}`;
}

/** Ids sort by time; empty when there is none. */
function newest(ids: Iterable<string>): string {
  let last = '';
  for (const id of ids) if (id > last) last = id;
  return last;
}

function missing(present: readonly string[], added: readonly string[] = []): readonly string[] {
  return storedIds(added).filter((id) => !present.includes(id));
}
