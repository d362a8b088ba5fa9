import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { migrations as allMigrations, type MigrationClass } from '../../migrations/index.js';
import { AccountTable } from './account-table.js';
import { backupTo } from './backup.js';
import { rewriteEntries, roomsOf, salvageBatch, type WriteBatch, writeBatch } from './batch.js';
import { Cipher } from './cipher.js';
import { applyContacts, type ContactOperation, findContact, listContacts } from './contact-table.js';
import { eraseCopies, purgeCopies } from './copies.js';
import { openDataSource } from './database.js';
import type { EngineApi, WriteResult } from './engine-api.js';
import { eraseAccount } from './erasure.js';
import { StoreError } from './error.js';
import { heldOf } from './held-table.js';
import { countEntries, fillHole, holesOf, knownMessages, missedBefore } from './hole-table.js';
import { appendInbox, pendingInbox } from './inbox-table.js';
import { checkKey, writeKeyCheck } from './key-check.js';
import { type Lock, takeLock } from './lock.js';
import { applyMessages } from './message-batch.js';
import { type MessageOperation, roomsOfOperations } from './message-operation.js';
import { purgeEarlyReports, purgeMessages } from './message-retention.js';
import type { ConversationKey } from './message-store.js';
import { findByNetworkId, findByXmppId, findMessage, recentMessages } from './message-table.js';
import { runPending } from './migration.js';
import {
  applyStates,
  getState,
  listStates,
  purgeStates,
  type StateOperation,
} from './network-state-table.js';
import { applyOperations } from './operation.js';
import { type EngineLimits, type EngineOptions, engineLimits } from './options.js';
import { outboxOf, waitingOf } from './outbox-table.js';
import { findHistory, findPage } from './page.js';
import { countReports, loadReports } from './part-report-table.js';
import {
  applyRelays,
  countWaiting,
  findRelayEntry,
  purgeRelays,
  type RelayOperation,
  waitingEntries,
} from './relay-table.js';
import { resealColumns } from './reseal.js';
import { purgeArchive, purgePassersBy } from './retention.js';
import type { HistoryFill, HistoryRoom } from './room-history.js';
import { RoomTable, setInvited } from './room-table.js';
import { closeOpenSpans } from './span-table.js';
import type { Sql } from './sql.js';
import { statistics } from './statistics.js';
import type { AccountKey, AccountPatch, ArchiveEntry, ArchiveQuery, InboxRow, RoomKey } from './store.js';
import { Writer } from './writer.js';

/** How an engine is opened besides its options. */
export interface OpenMode {
  /** The sessions live on (the thread was replaced): spans that are open stay open. */
  readonly resume?: boolean;
  readonly migrations?: readonly MigrationClass[];
}

/** The database, in the thread that owns it. Every promise rejects with a StoreError only. */
export class Engine implements EngineApi {
  readonly #options: EngineOptions;
  readonly #limits: EngineLimits;
  readonly #source: DataSource;
  readonly #lock: Lock;
  readonly #writer: Writer;
  readonly #rooms = new RoomTable();
  #cipher: Cipher;
  #accounts: AccountTable;

  private constructor(options: EngineOptions, limits: EngineLimits, source: DataSource, lock: Lock) {
    this.#options = options;
    this.#limits = limits;
    this.#source = source;
    this.#lock = lock;
    this.#writer = new Writer(source, limits.groupSize, () => lock.check());
    this.#cipher = new Cipher(options.key, options.previousKeys);
    this.#accounts = new AccountTable(this.#cipher);
  }

  /**
   * Takes the lock, migrates, checks the key, and closes the spans that a crash left open. Rejects with a
   * StoreError; nothing stays open then.
   */
  static async open(options: EngineOptions, mode: OpenMode = {}): Promise<Engine> {
    const limits = { ...engineLimits, ...options.limits };
    const migrations = mode.migrations ?? allMigrations;
    const { database, domains = [] } = options;
    const lock = await takeLock(database, domains, limits);
    let source: DataSource | undefined;
    try {
      source = await openDataSource({ database, limits, migrations });
      await runPending(source, database, migrations);
      const engine = new Engine(options, limits, source, lock);
      await engine.#start(mode.resume ?? false);
      return engine;
    } catch (error) {
      await source?.destroy().catch(() => undefined);
      await lock.release();
      throw error;
    }
  }

  /** The connection, for tools that look below the store. */
  get source(): DataSource {
    return this.#source;
  }

  async #start(resume: boolean): Promise<void> {
    const { database, key, previousKeys } = this.#options;
    const cipher = new Cipher(key, previousKeys);
    await this.#writer.write((sql) => checkKey(sql, cipher));
    if (!resume) await this.#writer.write((sql) => closeOpenSpans(sql, this.#scope(), uuidv7()));
    if (database.kind === 'sqlite') await purgeCopies(database.path, this.#limits, Date.now());
  }

  /** Domains whose rooms this process may tidy; none means all. */
  #scope(): readonly string[] {
    return this.#options.database.kind === 'postgres' ? (this.#options.domains ?? []) : [];
  }

  findAccount(domain: string, owner: string) {
    return this.#writer.read((sql) => this.#accounts.find(sql, domain, owner));
  }

  getAccount(id: AccountKey) {
    return this.#writer.read((sql) => this.#accounts.get(sql, id));
  }

  ensureAccount(domain: string, owner: string) {
    return this.#writer.write((sql) => this.#accounts.ensure(sql, domain, owner));
  }

  updateAccount(id: AccountKey, patch: AccountPatch) {
    return this.#writer.write((sql) => this.#accounts.update(sql, id, patch));
  }

  listAccounts(domain: string, after: AccountKey, limit: number) {
    return this.#writer.read((sql) => this.#accounts.list(sql, domain, after, limit));
  }

  async eraseAccount(id: AccountKey): Promise<void> {
    await this.#writer.write((sql) => eraseAccount(sql, id, this.#rooms));
    const { database } = this.#options;
    if (database.kind !== 'sqlite') return;
    await eraseCopies(database.path);
    await this.#truncateLog();
  }

  roomKey(domain: string, room: string) {
    return this.#writer.write(async (sql) => (await this.#rooms.find(sql, { domain, room, account: 0 })).key);
  }

  personalRoom(domain: string, account: AccountKey, room: string) {
    return this.#writer.write((sql) => this.#rooms.find(sql, { domain, room, account }));
  }

  setInvited(room: RoomKey, invited: boolean) {
    return this.#writer.write(async (sql) => {
      await this.#rooms.restore(sql, [room]);
      await setInvited(sql, [room], invited);
    });
  }

  rewrite(room: RoomKey, entries: readonly Pick<ArchiveEntry, 'id' | 'payload'>[]) {
    return this.#writer.write((sql) =>
      rewriteEntries(
        sql,
        entries.map((entry) => ({ ...entry, room })),
      ),
    );
  }

  async write(batch: WriteBatch): Promise<WriteResult> {
    try {
      await this.#writer.write(async (sql) => {
        await this.#rooms.restore(sql, roomsOf(batch));
        await writeBatch(sql, batch);
      });
      return { dropped: 0 };
    } catch (error) {
      // something in it cannot be stored: it must not hold up the rest for ever
      if (!(error instanceof StoreError) || error.code !== 'other') throw error;
      return { dropped: await this.#writer.write((sql) => salvageBatch(sql, batch)) };
    }
  }

  page(query: ArchiveQuery) {
    return this.#writer.read((sql) => findPage(sql, query, this.#limits.countLimit));
  }

  history(account: AccountKey, room: RoomKey, limit: number, since?: number) {
    return this.#writer.read((sql) => findHistory(sql, account, room, limit, since));
  }

  async purge(before: number, inUse: readonly AccountKey[] = []) {
    const removed = await purgeArchive(
      this.#writer,
      this.#rooms,
      this.#scope(),
      before,
      this.#limits.purgeRows,
    );
    await this.#writer.write((sql) => purgePassersBy(sql, this.#scope(), before, new Set(inUse)));
    return removed;
  }

  holes(room: HistoryRoom, countLimit: number) {
    return this.#writer.read(async (sql) => ({
      holes: await holesOf(sql, room),
      entries: await countEntries(sql, room.room, countLimit),
    }));
  }

  knownMessages(room: HistoryRoom, networkIds: readonly string[]) {
    return this.#writer.read((sql) => knownMessages(sql, room, networkIds));
  }

  fillHole(fill: HistoryFill) {
    return this.#writer.write(async (sql) => {
      await this.#rooms.restore(sql, [fill.room]);
      return fillHole(sql, fill);
    });
  }

  missedBefore(room: HistoryRoom, id: string, before: string) {
    return this.#writer.write(async (sql) => {
      await this.#rooms.restore(sql, [room.room]);
      await missedBefore(sql, room, id, before);
    });
  }

  appendInbox(rows: readonly InboxRow[]) {
    return this.#writer.write((sql) => appendInbox(sql, rows));
  }

  pendingInbox(domain: string) {
    return this.#writer.read((sql) => pendingInbox(sql, domain));
  }

  listContacts(account: AccountKey) {
    return this.#writer.read((sql) => listContacts(sql, account));
  }

  findContact(account: AccountKey, contact: string) {
    return this.#writer.read((sql) => findContact(sql, account, contact));
  }

  changeContacts(operations: readonly ContactOperation[]) {
    return this.#writer.write((sql) => applyOperations(sql, operations, applyContacts));
  }

  changeMessages(operations: readonly MessageOperation[]) {
    return this.#writer.write(async (sql) => {
      await this.#rooms.restore(sql, roomsOfOperations(operations));
      return applyOperations(sql, operations, (_, part) =>
        applyMessages(sql, this.#cipher, part, Date.now()),
      );
    });
  }

  message(id: string) {
    return this.#writer.read((sql) => findMessage(sql, id));
  }

  reportedMessage(id: string) {
    return this.#writer.read(async (sql) => {
      const record = await findMessage(sql, id);
      return record && countReports(record, await loadReports(sql, [record.id]));
    });
  }

  messageByXmppId(account: AccountKey, id: string, within?: ConversationKey) {
    return this.#writer.read((sql) => findByXmppId(sql, account, id, within));
  }

  messageByNetworkId(account: AccountKey, id: string) {
    return this.#writer.read((sql) => findByNetworkId(sql, account, id));
  }

  recentMessages(account: AccountKey, limit: number, within?: ConversationKey) {
    return this.#writer.read((sql) => recentMessages(sql, account, limit, within));
  }

  outbox(domain: string, after: string, limit: number) {
    return this.#writer.read((sql) => outboxOf(sql, this.#cipher, domain, after, limit));
  }

  waiting(account: AccountKey) {
    return this.#writer.read((sql) => waitingOf(sql, this.#cipher, account));
  }

  held(account: AccountKey) {
    return this.#writer.read((sql) => heldOf(sql, this.#cipher, account));
  }

  async purgeMessages(before: number) {
    const step = this.#limits.purgeRows;
    let messages = 0;
    for (let from: number | undefined = Number.MIN_SAFE_INTEGER; from !== undefined; ) {
      const start: number = from;
      const done = await this.#writer.write((sql) => purgeMessages(sql, this.#scope(), before, start, step));
      messages += done.removed;
      from = done.next;
    }
    const reports = await this.#inSteps((sql, most) => purgeEarlyReports(sql, this.#scope(), before, most));
    return messages + reports;
  }

  changeStates(operations: readonly StateOperation[]) {
    return this.#writer.write((sql) =>
      applyOperations(sql, operations, (_, part) => applyStates(sql, this.#cipher, part, Date.now())),
    );
  }

  getState(domain: string, bucket: string, key: string) {
    return this.#writer.read((sql) => getState(sql, this.#cipher, [domain, bucket, key], Date.now()));
  }

  listStates(domain: string, bucket: string, after: string, limit: number) {
    return this.#writer.read((sql) =>
      listStates(sql, this.#cipher, [domain, bucket, after], limit, Date.now()),
    );
  }

  purgeStates(now: number) {
    return this.#inSteps((sql, step) => purgeStates(sql, this.#scope(), now, step));
  }

  changeRelays(operations: readonly RelayOperation[]) {
    return this.#writer.write((sql) =>
      applyOperations(sql, operations, (_, part) => applyRelays(sql, this.#cipher, part)),
    );
  }

  waitingEntries(relay: string, leg: string, after: string, limit: number) {
    return this.#writer.read((sql) => waitingEntries(sql, this.#cipher, [relay, leg, after], limit));
  }

  countWaiting(relay: string, leg: string) {
    return this.#writer.read((sql) => countWaiting(sql, relay, leg));
  }

  findRelayEntry(relay: string, leg: string, id: string) {
    return this.#writer.read((sql) => findRelayEntry(sql, relay, leg, id));
  }

  purgeRelays(before: number) {
    return this.#inSteps((sql, step) => purgeRelays(sql, before, step));
  }

  statistics() {
    const { database } = this.#options;
    return this.#writer.read((sql) => statistics(sql, database));
  }

  backup(path: string) {
    return backupTo(this.#source, path);
  }

  async rotateKey(key: Uint8Array): Promise<number> {
    const next = new Cipher(key);
    const count = await this.#writer.exclusive(
      async (sql) => {
        const changed = await this.#accounts.reseal(sql, next);
        await resealColumns(sql, this.#cipher, next);
        await writeKeyCheck(sql, next);
        return changed;
      },
      () => {
        this.#cipher = next;
        this.#accounts = new AccountTable(next);
      },
    );
    // what the old key opens is gone from the log too
    if (this.#options.database.kind === 'sqlite') {
      await eraseCopies(this.#options.database.path);
      await this.#truncateLog();
    }
    return count;
  }

  async close(): Promise<void> {
    // behind everything that stands in the queue
    await this.#writer.alone(async () => undefined).catch(() => undefined);
    await this.#source.destroy().catch(() => undefined);
    await this.#lock.release();
  }

  /** Removes rows in transactions of a bounded number of them, so that the stanza path never waits for long. */
  async #inSteps(remove: (sql: Sql, step: number) => Promise<number>): Promise<number> {
    const step = this.#limits.purgeRows;
    let removed = 0;
    for (;;) {
      const count = await this.#writer.write((sql) => remove(sql, step));
      removed += count;
      if (count < step) return removed;
    }
  }

  /** Moves the log into the database and cuts it to nothing, so that it holds no erased words (C19). */
  async #truncateLog(): Promise<void> {
    for (let attempt = 0; attempt < this.#limits.truncateAttempts; attempt += 1) {
      const [state] = await this.#writer.alone((sql) =>
        sql.rows<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)'),
      );
      if (state?.busy === 0) return;
      await new Promise((resolve) => setTimeout(resolve, this.#limits.lockPauseMs));
    }
    throw new StoreError(
      'locked',
      'The account is erased, but its data is still in the log of the database, since another program reads it: end that program and erase again',
    );
  }
}
