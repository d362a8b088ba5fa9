import type { WriteBatch } from './batch.js';
import type { ContactRecord } from './contact-store.js';
import type { ContactOperation } from './contact-table.js';
import type { MessageOperation } from './message-operation.js';
import type {
  ConversationKey,
  MessageRecord,
  OutboxEntry,
  QueuedEntry,
  ReportedMessage,
} from './message-store.js';
import type { StateRow } from './network-state-store.js';
import type { StateOperation } from './network-state-table.js';
import type { OperationOutcome } from './operation.js';
import type { RelayEntry, RelayTrace } from './relay-store.js';
import type { RelayOperation } from './relay-table.js';
import type { HistoryFill, HistoryRoom, Hole, KnownMessage } from './room-history.js';
import type {
  AccountKey,
  AccountPatch,
  AccountRecord,
  ArchiveEntry,
  ArchivePage,
  ArchiveQuery,
  InboxRow,
  PersonalRoom,
  RoomKey,
} from './store.js';

/** What became of a batch. */
export interface WriteResult {
  /** Rows left out since the database refuses them for what they hold. */
  readonly dropped: number;
}

/** What the thread that owns the database can be asked for; arguments and results travel through a port. */
export interface EngineApi {
  findAccount(domain: string, owner: string): Promise<AccountRecord | undefined>;
  getAccount(id: AccountKey): Promise<AccountRecord | undefined>;
  ensureAccount(domain: string, owner: string): Promise<AccountRecord>;
  updateAccount(id: AccountKey, patch: AccountPatch): Promise<void>;
  listAccounts(domain: string, after: AccountKey, limit: number): Promise<readonly AccountRecord[]>;
  eraseAccount(id: AccountKey): Promise<void>;
  roomKey(domain: string, room: string): Promise<RoomKey>;
  personalRoom(domain: string, account: AccountKey, room: string): Promise<PersonalRoom>;
  setInvited(room: RoomKey, invited: boolean): Promise<void>;
  rewrite(room: RoomKey, entries: readonly Pick<ArchiveEntry, 'id' | 'payload'>[]): Promise<void>;
  write(batch: WriteBatch): Promise<WriteResult>;
  page(query: ArchiveQuery): Promise<ArchivePage | undefined>;
  history(
    account: AccountKey,
    room: RoomKey,
    limit: number,
    since?: number,
  ): Promise<readonly ArchiveEntry[]>;
  purge(before: number, inUse?: readonly AccountKey[]): Promise<number>;
  holes(
    room: HistoryRoom,
    countLimit: number,
  ): Promise<{ readonly holes: readonly Hole[]; readonly entries: number }>;
  knownMessages(room: HistoryRoom, networkIds: readonly string[]): Promise<readonly KnownMessage[]>;
  fillHole(fill: HistoryFill): Promise<boolean>;
  missedBefore(room: HistoryRoom, id: string, before: string): Promise<void>;
  appendInbox(rows: readonly InboxRow[]): Promise<void>;
  pendingInbox(domain: string): Promise<readonly InboxRow[]>;
  listContacts(account: AccountKey): Promise<readonly ContactRecord[]>;
  findContact(account: AccountKey, contact: string): Promise<ContactRecord | undefined>;
  changeContacts(operations: readonly ContactOperation[]): Promise<readonly OperationOutcome[]>;
  changeMessages(operations: readonly MessageOperation[]): Promise<readonly OperationOutcome[]>;
  message(id: string): Promise<MessageRecord | undefined>;
  reportedMessage(id: string): Promise<ReportedMessage | undefined>;
  messageByXmppId(
    account: AccountKey,
    id: string,
    within?: ConversationKey,
  ): Promise<MessageRecord | undefined>;
  messageByNetworkId(account: AccountKey, id: string): Promise<MessageRecord | undefined>;
  recentMessages(
    account: AccountKey,
    limit: number,
    within?: ConversationKey,
  ): Promise<readonly MessageRecord[]>;
  outbox(domain: string, after: string, limit: number): Promise<readonly QueuedEntry[]>;
  waiting(account: AccountKey): Promise<readonly OutboxEntry[]>;
  held(account: AccountKey): Promise<readonly InboxRow[]>;
  purgeMessages(before: number): Promise<number>;
  changeStates(operations: readonly StateOperation[]): Promise<readonly OperationOutcome[]>;
  getState(domain: string, bucket: string, key: string): Promise<StateRow | undefined>;
  listStates(domain: string, bucket: string, after: string, limit: number): Promise<readonly StateRow[]>;
  purgeStates(now: number): Promise<number>;
  changeRelays(operations: readonly RelayOperation[]): Promise<readonly OperationOutcome[]>;
  waitingEntries(relay: string, leg: string, after: string, limit: number): Promise<readonly RelayEntry[]>;
  countWaiting(relay: string, leg: string): Promise<number>;
  findRelayEntry(relay: string, leg: string, id: string): Promise<RelayTrace | undefined>;
  purgeRelays(before: number): Promise<number>;
  statistics(): Promise<Readonly<Record<string, number>>>;
  backup(path: string): Promise<void>;
  rotateKey(key: Uint8Array): Promise<number>;
  close(): Promise<void>;
}
