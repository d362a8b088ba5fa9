import { Connection } from './connection.js';
import type { Contacts } from './contact-store.js';
import type { ContactOperation } from './contact-table.js';
import type { EngineApi } from './engine-api.js';
import { isEnvironmental, StoreError } from './error.js';
import { Gather } from './gather.js';
import { type Link, workerLink } from './link.js';
import type { MessageOperation } from './message-operation.js';
import type { Messages } from './message-store.js';
import type { NetworkStates } from './network-state-store.js';
import type { StateOperation } from './network-state-table.js';
import { type ClientLimits, clientLimits, type EngineOptions } from './options.js';
import type { RelayEntries } from './relay-store.js';
import type { RelayOperation } from './relay-table.js';
import type { RoomHistory } from './room-history.js';
import { WHOLE_ROOM } from './span.js';
import type { Accounts, Archive, Inbox, InboxRow, Store, StoreTrouble } from './store.js';
import { TroubleLog } from './trouble.js';
import { WriteBehind } from './write-behind.js';

/** How a store is opened. */
export interface StoreOptions extends EngineOptions {
  /** The built `worker.js`: `new URL('./store/worker.js', import.meta.url)` from the composition root. */
  readonly workerUrl: URL;
  readonly clientLimits?: Partial<ClientLimits>;
}

/**
 * Opens the database in a thread of its own. Rejects with a StoreError: `in-use` when another instance holds it,
 * `wrong-key`, `newer`, or what is wrong with disk or server; the message says what to do.
 */
export function openStore(options: StoreOptions): Promise<Store> {
  const { workerUrl, clientLimits: limits, ...engine } = options;
  return openStoreOver(() => workerLink(workerUrl), engine, limits);
}

/** Like `openStore`, over links made by `connect`; it is called again when a link goes down. */
export async function openStoreOver(
  connect: () => Link,
  options: EngineOptions,
  limits: Partial<ClientLimits> = {},
): Promise<Store> {
  const client = new Client(connect, options, { ...clientLimits, ...limits });
  await client.open();
  return client;
}

class Client implements Store {
  readonly #connection: Connection;
  readonly #writes: WriteBehind;
  readonly #trouble: TroubleLog;
  readonly #contacts = new Gather<ContactOperation>((batch) => this.#change('changeContacts', batch));
  readonly #messages = new Gather<MessageOperation>((batch) => this.#change('changeMessages', batch));
  readonly #states = new Gather<StateOperation>((batch) => this.#change('changeStates', batch));
  readonly #relays = new Gather<RelayOperation>((batch) => this.#change('changeRelays', batch));
  #inboxRows: InboxRow[] = [];
  #inboxWrite: Promise<void> | undefined;

  constructor(connect: () => Link, options: EngineOptions, limits: ClientLimits) {
    this.#trouble = new TroubleLog(() => this.#writes.buffer.rows);
    this.#connection = new Connection(connect, options, limits, {
      down: (error) => this.#trouble.begin(error),
      up: () => {
        this.#writes.retry();
        if (this.#writes.buffer.rows === 0) this.#trouble.end();
      },
    });
    this.#writes = new WriteBehind((batch) => this.#connection.call('write', batch), limits, this.#trouble);
  }

  open(): Promise<void> {
    return this.#connection.open();
  }

  get trouble(): StoreTrouble | undefined {
    return this.#trouble.current;
  }

  onTrouble(listener: (trouble: StoreTrouble | undefined) => void): () => void {
    return this.#trouble.listen(listener);
  }

  readonly accounts: Accounts = {
    get: (id) => this.#connection.call('getAccount', id),
    find: (domain, owner) => this.#connection.call('findAccount', domain, owner),
    ensure: (domain, owner) => this.#change('ensureAccount', domain, owner),
    update: (id, patch) => this.#change('updateAccount', id, patch),
    erase: async (id) => {
      // what is buffered for the account must not come after it
      await this.#writes.settled();
      await this.#change('eraseAccount', id);
    },
    list: (domain, after, limit) => this.#connection.call('listAccounts', domain, after, limit),
  };

  readonly archive: Archive = {
    roomKey: (domain, room) => this.#change('roomKey', domain, room),
    personalRoom: (domain, account, room) => this.#change('personalRoom', domain, account, room),
    setInvited: (room, invited) => this.#change('setInvited', room, invited),
    showAll: (account, room) => {
      const { from, to } = WHOLE_ROOM;
      this.#span('open', account, room, from);
      this.#span('close', account, room, to);
    },
    append: (entry) => {
      this.#writes.buffer.addEntry(entry);
      this.#writes.changed();
      return !this.#writes.buffer.full;
    },
    openSpan: (account, room, id) => this.#span('open', account, room, id),
    closeSpan: (account, room, id) => this.#span('close', account, room, id),
    rewrite: async (room, entries) => {
      // What is buffered would come after it.
      await this.#writes.flushed();
      await this.#change('rewrite', room, entries);
    },
    drained: () => this.#writes.drained(),
    flushed: () => this.#writes.flushed(),
    page: async (query) => {
      await this.#writes.roomSettled(query.room);
      return this.#connection.call('page', query);
    },
    history: async (account, room, limit, since) => {
      await this.#writes.roomSettled(room);
      return this.#connection.call('history', account, room, limit, since);
    },
    purge: async (before, inUse = []) => {
      await this.#writes.settled();
      return this.#change('purge', before, inUse);
    },
  };

  readonly inbox: Inbox = {
    append: (row) => {
      this.#inboxRows.push(row);
      this.#inboxWrite ??= this.#appendInbox();
      return this.#inboxWrite;
    },
    confirm: (ids) => {
      for (const id of ids) this.#writes.buffer.addConfirmed(id);
      if (ids.length > 0) this.#writes.changed();
    },
    pending: async (domain) => {
      await this.#writes.settled();
      return this.#connection.call('pendingInbox', domain);
    },
  };

  readonly contacts: Contacts = {
    list: (account) => this.#connection.call('listContacts', account),
    find: (account, contact) => this.#connection.call('findContact', account, contact),
    put: (records) => this.#contacts.add({ kind: 'put', records }),
    remove: (account, contacts) => this.#contacts.add({ kind: 'remove', account, contacts }),
  };

  readonly messages: Messages = {
    accept: (record, stanzas, trace) => this.#messages.add({ kind: 'accept', record, stanzas, trace }),
    submit: (record, entry, trace) => this.#messages.add({ kind: 'submit', record, entry, trace }),
    change: (id, change) => this.#messages.add({ kind: 'change', id, change }),
    report: (domain, networkId, report) => this.#messages.add({ kind: 'report', domain, networkId, report }),
    hold: (rows) => this.#messages.add({ kind: 'hold', rows }),
    release: (account, ids) => this.#messages.add({ kind: 'release', account, ids }),
    byId: (id) => this.#connection.call('message', id),
    reported: (id) => this.#connection.call('reportedMessage', id),
    byXmppId: (account, id, within) => this.#connection.call('messageByXmppId', account, id, within),
    byNetworkId: (account, id) => this.#connection.call('messageByNetworkId', account, id),
    recent: (account, limit, within) => this.#connection.call('recentMessages', account, limit, within),
    outbox: (domain, after, limit) => this.#connection.call('outbox', domain, after, limit),
    waiting: (account) => this.#connection.call('waiting', account),
    held: (account) => this.#connection.call('held', account),
    purge: (before) => this.#change('purgeMessages', before),
  };

  readonly states: NetworkStates = {
    get: (domain, bucket, key) => this.#connection.call('getState', domain, bucket, key),
    put: (domain, bucket, row) => this.#states.add({ kind: 'put', domain, bucket, row }),
    putIfAbsent: (domain, bucket, row) => this.#states.add({ kind: 'put-if-absent', domain, bucket, row }),
    delete: (domain, bucket, key) => this.#states.add({ kind: 'delete', domain, bucket, key }),
    list: (domain, bucket, after, limit) => this.#connection.call('listStates', domain, bucket, after, limit),
    purge: (now) => this.#change('purgeStates', now),
  };

  readonly history: RoomHistory = {
    holes: async (room, countLimit) => {
      await this.#writes.roomSettled(room.room);
      return this.#connection.call('holes', room, countLimit);
    },
    known: (room, networkIds) => this.#connection.call('knownMessages', room, networkIds),
    fill: async (fill) => {
      await this.#writes.roomSettled(fill.room);
      return this.#change('fillHole', fill);
    },
    missed: async (room, id, before) => {
      await this.#writes.roomSettled(room.room);
      await this.#change('missedBefore', room, id, before);
    },
  };

  readonly relays: RelayEntries = {
    accept: (entry, ids, legs, names = []) => this.#relays.add({ kind: 'accept', entry, ids, legs, names }),
    crossed: ({ id, relay }, leg, ids) => this.#relays.add({ kind: 'crossed', relay, leg, entry: id, ids }),
    waiting: (relay, leg, after, limit) => this.#connection.call('waitingEntries', relay, leg, after, limit),
    count: (relay, leg) => this.#connection.call('countWaiting', relay, leg),
    find: (relay, leg, id) => this.#connection.call('findRelayEntry', relay, leg, id),
    forgetLeg: (relay, leg) => this.#relays.add({ kind: 'forget-leg', relay, leg }),
    forgetRelay: (relay) => this.#relays.add({ kind: 'forget-relay', relay }),
    purge: (before) => this.#change('purgeRelays', before),
  };

  async rotateKey(key: Uint8Array): Promise<number> {
    const count = await this.#change('rotateKey', key);
    this.#connection.useKey(key);
    return count;
  }

  async statistics(): Promise<Readonly<Record<string, number>>> {
    const stored = await this.#connection.call('statistics');
    return { ...stored, buffered: this.#writes.buffer.rows };
  }

  async backup(path: string): Promise<void> {
    await this.#writes.settled();
    await this.#connection.call('backup', path);
  }

  async close(): Promise<void> {
    try {
      await this.#writes.stop();
    } finally {
      await this.#connection.call('close').catch(() => undefined);
      await this.#connection.close();
    }
  }

  #span(kind: 'open' | 'close', account: number, room: number, id: string): void {
    this.#writes.buffer.addSpan({ kind, account, room, id });
    this.#writes.changed();
  }

  /** All rows of this turn in one call. */
  async #appendInbox(): Promise<void> {
    await Promise.resolve();
    const rows = this.#inboxRows;
    this.#inboxRows = [];
    this.#inboxWrite = undefined;
    await this.#change('appendInbox', rows);
  }

  /** A call that writes: its failure is trouble that the operator must hear of. */
  async #change<Method extends keyof EngineApi>(
    method: Method,
    ...args: Parameters<EngineApi[Method]>
  ): Promise<Awaited<ReturnType<EngineApi[Method]>>> {
    try {
      const result = await this.#connection.call(method, ...args);
      if (this.#writes.buffer.rows === 0) this.#trouble.end();
      return result;
    } catch (error) {
      if (error instanceof StoreError && isEnvironmental(error)) this.#trouble.begin(error);
      throw error;
    }
  }
}
