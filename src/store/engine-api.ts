import type { WriteBatch } from './batch.js';
import type {
  AccountKey,
  AccountPatch,
  AccountRecord,
  ArchiveEntry,
  ArchivePage,
  ArchiveQuery,
  InboxRow,
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
  ensureAccount(domain: string, owner: string): Promise<AccountRecord>;
  updateAccount(id: AccountKey, patch: AccountPatch): Promise<void>;
  listAccounts(domain: string, after: AccountKey, limit: number): Promise<readonly AccountRecord[]>;
  eraseAccount(id: AccountKey): Promise<void>;
  roomKey(domain: string, room: string): Promise<RoomKey>;
  write(batch: WriteBatch): Promise<WriteResult>;
  page(query: ArchiveQuery): Promise<ArchivePage | undefined>;
  history(
    account: AccountKey,
    room: RoomKey,
    limit: number,
    since?: number,
  ): Promise<readonly ArchiveEntry[]>;
  purge(before: number, inUse?: readonly AccountKey[]): Promise<number>;
  appendInbox(rows: readonly InboxRow[]): Promise<void>;
  pendingInbox(domain: string): Promise<readonly InboxRow[]>;
  statistics(): Promise<Readonly<Record<string, number>>>;
  backup(path: string): Promise<void>;
  rotateKey(key: Uint8Array): Promise<number>;
  close(): Promise<void>;
}
