/**
 * What the core asks of persistence. Implemented once over TypeORM for SQLite and PostgreSQL; the
 * implementation lives in a thread of its own so that no disk access ever blocks the stanza path.
 */

import type { Contacts } from './contact-store.js';
import type { StoreError } from './error.js';
import type { Messages } from './message-store.js';
import type { NetworkStates } from './network-state-store.js';
import type { RelayEntries } from './relay-store.js';
import type { RoomHistory } from './room-history.js';

/** Key of an account's row. */
export type AccountKey = number;
/** Key of a room's row: a room is stored once per gateway domain, whoever sees it, or once per account. */
export type RoomKey = number;

/** A user's relation to one gateway domain, as stored. */
export interface AccountRecord {
  readonly id: AccountKey;
  /** Prepared gateway domain. */
  readonly domain: string;
  /** Prepared bare JID of the user. Unique together with `domain`. */
  readonly owner: string;
  /** False for an implicit account. */
  readonly registered: boolean;
  /** BCP 47 language chosen by the user, if any. */
  readonly language: string | null;
  /** Plain JSON of the network. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Decrypted; stored only encrypted (AES-256-GCM, bound to the row by additional data). */
  readonly secrets: Readonly<Record<string, string>>;
  /** Rooms the account stays in while no client is online: room id → nick. */
  readonly stays: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

/** What may be changed of an account; what is left out stays. */
export type AccountPatch = Partial<
  Pick<AccountRecord, 'registered' | 'language' | 'settings' | 'secrets' | 'stays'>
>;

/** Accounts of all domains. */
export interface Accounts {
  find(domain: string, owner: string): Promise<AccountRecord | undefined>;
  get(id: AccountKey): Promise<AccountRecord | undefined>;
  /** Creates the row, or returns the one that exists (two first joins at once are one account). */
  ensure(domain: string, owner: string): Promise<AccountRecord>;
  update(id: AccountKey, patch: AccountPatch): Promise<void>;
  /**
   * Erases the account, its secrets, contacts, messages, own rooms, spans, undelivered stanzas and the networks' state
   * of it for good: nothing stays in the files (C19).
   */
  erase(id: AccountKey): Promise<void>;
  /** Registered accounts of a domain in pages by id. */
  list(domain: string, after: AccountKey, limit: number): Promise<readonly AccountRecord[]>;
}

/** One message or subject of a room, rendered: everything of the stanza but its addresses. */
export interface ArchiveEntry {
  /** UUIDv7: unpredictable, sorts by arrival, is the stanza-id (XEP-0359). */
  readonly id: string;
  readonly room: RoomKey;
  /** UTC milliseconds. */
  readonly time: number;
  /** Prepared resource of the occupant that spoke; empty for the room itself. */
  readonly nick: string;
  /** Attributes and children of the message as XML text, without `to` and `from`. */
  readonly type: 'message' | 'subject';
  readonly messageId: string;
  readonly payload: string;
}

/** Which entries are asked for (XEP-0313 §4.1, XEP-0059); times in UTC milliseconds. */
export interface ArchiveQuery {
  readonly account: AccountKey;
  readonly room: RoomKey;
  readonly start?: number;
  readonly end?: number;
  /** Prepared resource of the author (`with` of XEP-0313). */
  readonly nick?: string;
  /** RSM (XEP-0059): entries after this id, or before it; `before: ''` is the last page. */
  readonly after?: string;
  readonly before?: string;
  readonly beforeId?: string;
  readonly afterId?: string;
  readonly ids?: readonly string[];
  readonly limit: number;
}

/** One page of an answer. */
export interface ArchivePage {
  /** Chronological. */
  readonly entries: readonly ArchiveEntry[];
  /** Whether the page reaches the end of the result in the direction of paging. */
  readonly complete: boolean;
  /** Size of the whole result. */
  readonly count: number;
}

/** A room that is one account's own (`Gateway.messaging`): nobody else sees anything of it. */
export interface PersonalRoom {
  readonly key: RoomKey;
  /** The account has been invited since it was last in the room. */
  readonly invited: boolean;
  /** Latest time of its entries, UTC milliseconds; 0 when there is none. */
  readonly newest: number;
}

/** What a message, or a change of one, leaves in a room of the account's own, in the same transaction. */
export interface RoomTrace {
  readonly room: RoomKey;
  /** For the room's archive; the account sees all of them, whether it is in the room or not. */
  readonly entries: readonly ArchiveEntry[];
  /** The stanzas that go with it invite the account. */
  readonly invited?: true;
  /** Entries of the archive that say something else from now on; others than are there change nothing. */
  readonly rewritten?: readonly Pick<ArchiveEntry, 'id' | 'payload'>[];
}

/** Messages of rooms, and who may see which span of them. */
export interface Archive {
  /** The key of a room; made at the first call. */
  roomKey(domain: string, room: string): Promise<RoomKey>;
  /** The account's own room; made at the first call. */
  personalRoom(domain: string, account: AccountKey, room: string): Promise<PersonalRoom>;
  /** Durable when the promise resolves. */
  setInvited(room: RoomKey, invited: boolean): Promise<void>;
  /** The account sees everything in a room of its own, from the first entry on and for good; same buffer. */
  showAll(account: AccountKey, room: RoomKey): void;
  /**
   * Write-behind: buffered on the caller's side, written in one transaction per batch, in order. Returns
   * false when the buffer is over its limit: the caller applies back-pressure until `drained`.
   */
  append(entry: ArchiveEntry): boolean;
  /** From `from` on (an entry id, inclusive by order) the account may see the room's archive; same buffer. */
  openSpan(account: AccountKey, room: RoomKey, from: string): void;
  closeSpan(account: AccountKey, room: RoomKey, to: string): void;
  /** Entries of a room say something else from now on, for good; others than are there change nothing. */
  rewrite(room: RoomKey, entries: readonly Pick<ArchiveEntry, 'id' | 'payload'>[]): Promise<void>;
  drained(): Promise<void>;
  /** Resolves when everything appended so far is committed. */
  flushed(): Promise<void>;
  /** Only what lies in spans of the account. Undefined when `after`/`before`/… name an unknown id. */
  page(query: ArchiveQuery): Promise<ArchivePage | undefined>;
  /** Newest entries for history at a join, chronological, inside the account's spans. */
  history(
    account: AccountKey,
    room: RoomKey,
    limit: number,
    since?: number,
  ): Promise<readonly ArchiveEntry[]>;
  /**
   * Removes entries older than this (retention), spans and rooms that hold nothing any more, and the accounts as
   * old as that which were never registered and refer to nothing; those in `inUse` stay. Of a room in which older
   * messages were read since then (`RoomHistory.fill`) nothing is removed.
   */
  purge(before: number, inUse?: readonly AccountKey[]): Promise<number>;
}

/** A stanza accepted from a network that will not send it again, until the XMPP server has read it. */
export interface InboxRow {
  readonly id: string;
  readonly account: AccountKey;
  readonly domain: string;
  readonly stanza: string;
}

/** Stanzas that are kept until the server has read them. */
export interface Inbox {
  /**
   * Durable when the promise resolves; many calls share one transaction (group commit). A row whose id (unique
   * over all accounts) is there already changes nothing.
   */
  append(row: InboxRow): Promise<void>;
  /** Delivered: forget. Buffered. */
  confirm(ids: readonly string[]): void;
  pending(domain: string): Promise<readonly InboxRow[]>;
}

/** Writing fails and is tried again; what is buffered waits. */
export interface StoreTrouble {
  readonly error: StoreError;
  /** UTC milliseconds of the first failure. */
  readonly since: number;
  /** Rows that wait to be written. */
  readonly buffered: number;
}

/** Promises of a store reject with a `StoreError` and nothing else. */
export interface Store {
  readonly accounts: Accounts;
  readonly archive: Archive;
  readonly inbox: Inbox;
  readonly contacts: Contacts;
  readonly messages: Messages;
  readonly states: NetworkStates;
  readonly history: RoomHistory;
  readonly relays: RelayEntries;
  /** What is wrong now, for `status`; undefined while writing works. */
  readonly trouble: StoreTrouble | undefined;
  /**
   * Calls back when trouble begins or changes its kind, and with undefined when it is over. Returns what ends the
   * subscription.
   */
  onTrouble(listener: (trouble: StoreTrouble | undefined) => void): () => void;
  /**
   * Encrypts all secrets, and all else that is encrypted, anew in one transaction; from then on only the new key (32 bytes) opens the database.
   * Resolves with the number of accounts.
   */
  rotateKey(key: Uint8Array): Promise<number>;
  /**
   * Rows per table (`accounts`, `registered`, `rooms`, `archive`, `spans`, `inbox`, `contacts`, `messages`, `reports`,
   * `outbox`, `held`, `states`, `relayed`), `buffered` and `bytes` on disk.
   */
  statistics(): Promise<Readonly<Record<string, number>>>;
  /** Writes a consistent copy of an SQLite database (secrets stay encrypted) to a path that must not exist. */
  backup(path: string): Promise<void>;
  /** Flushes and closes. Rejects when buffered rows could not be written in time; it is closed all the same. */
  close(): Promise<void>;
}
