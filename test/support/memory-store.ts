import type {
  AccountKey,
  AccountPatch,
  AccountRecord,
  Accounts,
  Archive,
  ArchiveEntry,
  ArchivePage,
  ArchiveQuery,
  Inbox,
  InboxRow,
  RoomKey,
  Store,
} from '../../src/store/store.js';
import { MemoryHistory } from './memory-history.js';
import { MemoryMessages, memoryContacts, memoryStates } from './memory-messaging.js';
import { memoryRelays } from './memory-relays.js';

/** A store without a disk, for tests of what stands above it. Secrets stay readable in {@link MemoryStore.rows}. */
export class MemoryStore implements Store {
  readonly rows = new Map<AccountKey, AccountRecord>();
  readonly accounts: Accounts = memoryAccounts(this.rows);
  readonly #entries: ArchiveEntry[] = [];
  readonly archive: Archive = memoryArchive(this.#entries);
  readonly inbox: Inbox = memoryInbox();
  readonly contacts = memoryContacts();
  readonly messages = new MemoryMessages(this.inbox, this.archive);
  readonly history = new MemoryHistory(this.#entries, this.messages, this.archive);
  readonly states = memoryStates();
  readonly relays = memoryRelays();
  readonly trouble = undefined;

  /** The row of a user, for assertions. */
  row(owner: string): AccountRecord | undefined {
    return [...this.rows.values()].find((row) => row.owner === owner);
  }

  onTrouble(): () => void {
    return () => undefined;
  }

  async rotateKey(): Promise<number> {
    return this.rows.size;
  }

  async statistics(): Promise<Readonly<Record<string, number>>> {
    return { accounts: this.rows.size };
  }

  async backup(): Promise<void> {
    throw new Error('memory has no copy');
  }

  async close(): Promise<void> {}
}

function memoryAccounts(rows: Map<AccountKey, AccountRecord>): Accounts {
  let last = 0;
  const find = (domain: string, owner: string) =>
    [...rows.values()].find((row) => row.domain === domain && row.owner === owner);
  return {
    find: async (domain, owner) => find(domain, owner),
    get: async (id) => rows.get(id),
    ensure: async (domain, owner) => {
      const existing = find(domain, owner);
      if (existing) return existing;
      last += 1;
      const row: AccountRecord = {
        id: last,
        domain,
        owner,
        registered: false,
        language: null,
        settings: {},
        secrets: {},
        stays: {},
        createdAt: Date.now(),
      };
      rows.set(last, row);
      return row;
    },
    update: async (id, patch: AccountPatch) => {
      const row = rows.get(id);
      if (row) rows.set(id, { ...row, ...patch });
    },
    erase: async (id) => {
      rows.delete(id);
    },
    list: async (domain, after, limit) =>
      [...rows.values()]
        .filter((row) => row.domain === domain && row.registered && row.id > after)
        .slice(0, limit),
  };
}

interface Span {
  readonly account: AccountKey;
  readonly room: RoomKey;
  readonly from: string;
  to: string | undefined;
}

function memoryArchive(entries: ArchiveEntry[]): Archive {
  const spans: Span[] = [];
  const rooms = new Map<string, RoomKey>();
  const invited = new Set<RoomKey>();
  const keyOf = (name: string): RoomKey => {
    const key = rooms.get(name) ?? rooms.size + 1;
    rooms.set(name, key);
    return key;
  };
  const openSpan = (account: AccountKey, room: RoomKey, from: string, to?: string): void => {
    spans.push({ account, room, from, to });
  };
  const visible = (account: AccountKey, room: RoomKey) =>
    entries.filter(
      (entry) =>
        entry.room === room &&
        spans.some(
          (span) =>
            span.account === account &&
            span.room === room &&
            span.from <= entry.id &&
            (span.to === undefined || entry.id <= span.to),
        ),
    );
  return {
    roomKey: async (domain, room) => keyOf(`${domain} ${room}`),
    personalRoom: async (domain, account, room) => {
      const key = keyOf(`${domain} ${room} of ${account}`);
      const times = entries.flatMap((entry) => (entry.room === key ? [entry.time] : []));
      return { key, invited: invited.has(key), newest: Math.max(0, ...times) };
    },
    setInvited: async (room, is) => {
      if (is) invited.add(room);
      else invited.delete(room);
    },
    showAll: (account, room) => openSpan(account, room, '', '~'),
    append: (entry) => {
      entries.push(entry);
      return true;
    },
    rewrite: async (room, changed) => {
      for (const { id, payload } of changed) {
        const at = entries.findIndex((entry) => entry.room === room && entry.id === id);
        const entry = entries[at];
        if (entry) entries[at] = { ...entry, payload };
      }
    },
    openSpan,
    closeSpan: (account, room, to) => {
      for (const span of spans) if (span.account === account && span.room === room) span.to ??= to;
    },
    drained: async () => undefined,
    flushed: async () => undefined,
    page: async (query) => pageOf(visible(query.account, query.room), query),
    history: async (account, room, limit, since = 0) =>
      visible(account, room)
        .filter((entry) => entry.time >= since)
        .slice(-limit || entries.length),
    purge: async (before) => {
      const kept = entries.filter((entry) => entry.time >= before);
      return entries.splice(0, entries.length, ...kept).length - kept.length;
    },
  };
}

function pageOf(all: readonly ArchiveEntry[], query: ArchiveQuery): ArchivePage | undefined {
  const { after, before, afterId, beforeId, limit } = query;
  const named = [after, before, afterId, beforeId, ...(query.ids ?? [])].filter(
    (id): id is string => id !== undefined && id !== '',
  );
  if (named.some((id) => !all.some((entry) => entry.id === id))) return undefined;
  const matching = all.filter(
    (entry) =>
      (query.start === undefined || entry.time >= query.start) &&
      (query.end === undefined || entry.time <= query.end) &&
      (query.nick === undefined || entry.nick === query.nick) &&
      (afterId === undefined || entry.id > afterId) &&
      (beforeId === undefined || entry.id < beforeId) &&
      (query.ids === undefined || query.ids.includes(entry.id)),
  );
  const inside = matching.filter(
    (entry) =>
      (after === undefined || entry.id > after) &&
      (before === undefined || before === '' || entry.id < before),
  );
  const entries =
    before === undefined ? inside.slice(0, limit) : inside.slice(Math.max(0, inside.length - limit));
  return { entries, complete: entries.length === inside.length, count: matching.length };
}

function memoryInbox(): Inbox {
  const rows = new Map<string, InboxRow>();
  return {
    append: async (row) => {
      rows.set(row.id, row);
    },
    confirm: (ids) => {
      for (const id of ids) rows.delete(id);
    },
    pending: async (domain) => [...rows.values()].filter((row) => row.domain === domain),
  };
}
