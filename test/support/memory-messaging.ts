import type { ContactRecord, Contacts } from '../../src/store/contact-store.js';
import type {
  ConversationKey,
  MessageChange,
  MessageRecord,
  Messages,
  OutboxEntry,
  PartReport,
  ReportedMessage,
} from '../../src/store/message-store.js';
import type { NetworkStates, StateRow } from '../../src/store/network-state-store.js';
import type { Archive, Inbox, InboxRow, RoomTrace } from '../../src/store/store.js';

/** Contacts without a disk. */
export function memoryContacts(): Contacts {
  const rows = new Map<string, ContactRecord>();
  const keyOf = (account: number, contact: string) => `${account} ${contact}`;
  return {
    list: async (account) =>
      [...rows.values()]
        .filter((row) => row.account === account)
        .sort((a, b) => (a.contact < b.contact ? -1 : 1)),
    find: async (account, contact) => rows.get(keyOf(account, contact)),
    put: async (records) => {
      for (const record of records) rows.set(keyOf(record.account, record.contact), record);
    },
    remove: async (account, contacts) => {
      for (const contact of contacts) rows.delete(keyOf(account, contact));
    },
  };
}

/** Messages without a disk; shown ones go to the given inbox, what they leave in rooms to the archive. */
export class MemoryMessages implements Messages {
  readonly #inbox: Inbox;
  readonly #archive: Archive;
  readonly #records = new Map<string, MessageRecord>();
  readonly #accounts = new Set<number>();
  readonly #outbox = new Map<string, OutboxEntry>();
  readonly #held = new Map<string, InboxRow>();
  /** By account and network id: the message that claimed it last. */
  readonly #owners = new Map<string, string>();
  /** By message and network id; nobody's are those without a message. */
  readonly #reports = new Map<string, PartReport>();

  constructor(inbox: Inbox, archive: Archive) {
    this.#inbox = inbox;
    this.#archive = archive;
  }

  async accept(record: MessageRecord, stanzas: readonly InboxRow[], trace?: RoomTrace): Promise<boolean> {
    const { account, id, networkIds } = record;
    if (this.#records.has(id)) return false;
    if (networkIds.some((networkId) => this.#owners.has(`${account} ${networkId}`))) return false;
    this.#insert(record);
    if (record.state === 'held') await this.hold(stanzas);
    else for (const row of stanzas) await this.#inbox.append(row);
    await this.#leave(account, trace);
    return true;
  }

  async submit(record: MessageRecord, entry: OutboxEntry, trace?: RoomTrace): Promise<void> {
    if (this.#records.has(record.id)) return;
    this.#insert(record);
    this.#outbox.set(entry.id, entry);
    await this.#leave(record.account, trace);
  }

  async change(id: string, change: MessageChange): Promise<readonly ReportedMessage[]> {
    const record = this.#records.get(id);
    if (!record) return [];
    const { addXmppIds = [], addNetworkIds = [], outbox: next, trace, ...rest } = change;
    const added = [...new Set(addNetworkIds)].filter((one) => !record.networkIds.includes(one));
    const changed: MessageRecord = {
      ...{ ...record, ...rest },
      xmppIds: [...new Set([...record.xmppIds, ...addXmppIds])],
      networkIds: [...record.networkIds, ...added],
    };
    this.#insert(changed);
    const entry = this.#outbox.get(id);
    if (next === 'done') this.#outbox.delete(id);
    else if (next && entry) this.#outbox.set(id, { ...entry, ...next });
    await this.#leave(record.account, trace);
    const early = record.direction === 'out' ? added.filter((one) => this.#claim(changed, one)) : [];
    return early.length > 0 ? [this.#reported(changed)] : [];
  }

  async report(domain: string, networkId: string, report: PartReport): Promise<ReportedMessage | undefined> {
    const claimed = [...this.#accounts].flatMap(
      (account) => this.#records.get(this.#owners.get(`${account} ${networkId}`) ?? '') ?? [],
    );
    const [record] = claimed
      .filter((row) => row.domain === domain && row.direction === 'out')
      .sort((one, other) => (one.id < other.id ? 1 : -1));
    const key = record ? `${record.id} ${networkId}` : `${domain} ${networkId}`;
    if (!this.#reports.has(key)) this.#reports.set(key, report);
    return record && this.#reported(record);
  }

  async byId(id: string): Promise<MessageRecord | undefined> {
    return this.#records.get(id);
  }

  async reported(id: string): Promise<ReportedMessage | undefined> {
    const record = this.#records.get(id);
    return record && this.#reported(record);
  }

  async byXmppId(account: number, id: string, within?: ConversationKey): Promise<MessageRecord | undefined> {
    return this.#of(account, within).findLast((row) => row.xmppIds.includes(id));
  }

  async byNetworkId(account: number, id: string): Promise<MessageRecord | undefined> {
    return this.#records.get(this.#owners.get(`${account} ${id}`) ?? '');
  }

  async recent(account: number, limit: number, within?: ConversationKey): Promise<readonly MessageRecord[]> {
    return this.#of(account, within).reverse().slice(0, limit);
  }

  async outbox(domain: string, after: string, limit: number) {
    return this.#entries()
      .filter((entry) => entry.domain === domain && entry.id > after)
      .slice(0, limit)
      .map((entry) => {
        const { kind = 'contact', state = 'waiting' } = this.#records.get(entry.id) ?? {};
        return { ...entry, kind, state };
      });
  }

  async waiting(account: number): Promise<readonly OutboxEntry[]> {
    return this.#entries().filter((entry) => entry.account === account);
  }

  async held(account: number): Promise<readonly InboxRow[]> {
    return [...this.#held.values()].filter((row) => row.account === account);
  }

  async hold(rows: readonly InboxRow[]): Promise<void> {
    for (const row of rows) if (!this.#held.has(row.id)) this.#held.set(row.id, row);
    this.#inbox.confirm(rows.map(({ id }) => id));
  }

  async release(account: number, ids: readonly string[]): Promise<void> {
    for (const id of ids) if (this.#held.get(id)?.account === account) this.#held.delete(id);
  }

  async purge(before: number): Promise<number> {
    const old = this.#all().filter(
      (row) =>
        row.createdAt < before &&
        row.changedAt < before &&
        !this.#outbox.has(row.id) &&
        (row.state !== 'held' || ![...this.#held.values()].some(({ account }) => account === row.account)),
    );
    for (const { id } of old) this.#records.delete(id);
    for (const [key, id] of this.#owners) if (!this.#records.has(id)) this.#owners.delete(key);
    return old.length;
  }

  async #leave(account: number, trace: RoomTrace | undefined): Promise<void> {
    if (!trace) return;
    for (const entry of trace.entries) this.#archive.append(entry);
    await this.#archive.rewrite(trace.room, trace.rewritten ?? []);
    if (trace.entries.length > 0) this.#archive.showAll(account, trace.room);
    if (trace.invited) await this.#archive.setInvited(trace.room, true);
  }

  #insert(record: MessageRecord): void {
    const before = this.#records.get(record.id);
    this.#records.set(record.id, record);
    this.#accounts.add(record.account);
    for (const id of record.networkIds) {
      if (!before?.networkIds.includes(id)) this.#owners.set(`${record.account} ${id}`, record.id);
    }
  }

  #claim({ id, domain }: MessageRecord, networkId: string): boolean {
    const report = this.#reports.get(`${domain} ${networkId}`);
    if (!report) return false;
    this.#reports.delete(`${domain} ${networkId}`);
    this.#reports.set(`${id} ${networkId}`, report);
    return true;
  }

  #reported(record: MessageRecord): ReportedMessage {
    const outcomes = record.networkIds.map((id) => this.#reports.get(`${record.id} ${id}`)?.outcome);
    return {
      record,
      delivered: outcomes.filter((outcome) => outcome === 'delivered').length,
      failed: outcomes.filter((outcome) => outcome === 'failed').length,
    };
  }

  /** Another record takes the place of one, or of none. */
  replace(old: MessageRecord | undefined, record: MessageRecord): void {
    if (old) this.#records.delete(old.id);
    this.#records.set(record.id, record);
    for (const id of record.networkIds) this.#owners.set(`${record.account} ${id}`, record.id);
  }

  /** Oldest first. */
  #all(): MessageRecord[] {
    return [...this.#records.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #of(account: number, within?: ConversationKey): MessageRecord[] {
    return this.#all().filter(
      (row) =>
        row.account === account && (!within || (row.kind === within.kind && row.contact === within.contact)),
    );
  }

  #entries(): OutboxEntry[] {
    return [...this.#outbox.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Network state without a disk. */
export function memoryStates(): NetworkStates {
  const rows = new Map<string, StateRow & { readonly place: string }>();
  const find = (place: string, key: string) => {
    const row = rows.get(`${place} ${key}`);
    return row && (row.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now() ? row : undefined;
  };
  const put = (place: string, row: StateRow) => rows.set(`${place} ${row.key}`, { ...row, place });
  return {
    get: async (domain, bucket, key) => find(`${domain} ${bucket}`, key),
    put: async (domain, bucket, row) => {
      put(`${domain} ${bucket}`, row);
    },
    putIfAbsent: async (domain, bucket, row) => {
      if (find(`${domain} ${bucket}`, row.key)) return false;
      put(`${domain} ${bucket}`, row);
      return true;
    },
    delete: async (domain, bucket, key) => {
      rows.delete(`${domain} ${bucket} ${key}`);
    },
    list: async (domain, bucket, after, limit) =>
      [...rows.values()]
        .filter(({ place, key }) => place === `${domain} ${bucket}` && key > after && find(place, key))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    purge: async () => 0,
  };
}
