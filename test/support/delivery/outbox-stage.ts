import { v7 as uuidv7 } from 'uuid';
import type { Account } from '../../../src/core/account/account.js';
import { Accounts } from '../../../src/core/account/accounts.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import { AuthorNotices, type NoticeSpeaker } from '../../../src/core/delivery/author-notices.js';
import { DurableDelivery } from '../../../src/core/delivery/durable-delivery.js';
import { Outbox } from '../../../src/core/delivery/outbox.js';
import type { DomainContext, DomainOptions, StanzaSink } from '../../../src/core/domain.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { DeliveryReport } from '../../../src/gateway/event.js';
import type { ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomTrace, Store } from '../../../src/store/store.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { PATIENT } from '../core/delivery-options.js';
import { roomOptions } from '../core/room-options.js';
import { faultLog } from '../fault-log.js';
import { MemoryGateway } from '../memory-network/gateway.js';
import { memoryLocales } from '../memory-network/locales.js';
import { MemoryPost } from '../memory-network/post.js';
import type { MemorySession } from '../memory-network/session.js';
import { MemoryStore } from '../memory-store.js';
import { NoMedia } from '../no-media.js';
import { RecordingSink } from '../recording-sink.js';
import { SeveredStore } from './severed-store.js';

/** The user of these tests, and the client that he writes with. */
export const USER = 'romeo@example.org';
export const CLIENT = `${USER}/orchard`;
/** The gateway's domain in these tests. */
export const DOMAIN = 'memory.example.org';

/** Turns of the event loop within which everything over memory has come to rest. */
const TURNS = 10;

/** What differs between tests. */
export interface OutboxStageOptions {
  readonly delivery?: Partial<DomainOptions['delivery']>;
  /** The network; it outlives the gateway. */
  readonly post?: MemoryPost;
  readonly store?: Store;
  /** The network hands on what is said now, and stores nothing. Default false. */
  readonly live?: boolean;
  /** Turns of the event loop that the store takes for half a call. Default: as it is. */
  readonly storeTurns?: () => number;
  /** Opens the store anew, for the run after a kill. Default: it goes on as it is. */
  readonly reopen?: () => Promise<Store>;
}

/** One run of the gateway: what ends with its process. */
interface Run {
  readonly outbox: Outbox;
  readonly delivery: DurableDelivery;
  readonly network: MemoryGateway;
  readonly account: Account;
  readonly store: SeveredStore;
  /** Once the process is no more, nothing leaves it. */
  readonly life: { alive: boolean };
}

/** An outbox over a network in memory, which can be killed and started again on the same store. */
export class OutboxStage {
  readonly sink = new RecordingSink();
  readonly post: MemoryPost;
  store: Store;
  /** What the gateway said to the user, by key. */
  readonly notices: string[] = [];
  /** What was logged as a fault. */
  readonly faults: string[] = [];
  readonly #options: DomainOptions;
  readonly #live: boolean;
  readonly #storeTurns: (() => number) | undefined;
  readonly #reopen: (() => Promise<Store>) | undefined;
  #run: Run | undefined;
  /** Key of the user's only room. */
  #room = 0;

  private constructor({
    delivery,
    post = new MemoryPost(),
    store = new MemoryStore(),
    live = false,
    storeTurns,
    reopen,
  }: OutboxStageOptions) {
    this.#live = live;
    this.#storeTurns = storeTurns;
    this.#reopen = reopen;
    this.post = post;
    this.store = store;
    this.#options = roomOptions(DOMAIN, { delivery: { ...PATIENT, ...delivery } });
  }

  static async start(options: OutboxStageOptions = {}): Promise<OutboxStage> {
    const stage = new OutboxStage(options);
    await stage.run();
    return stage;
  }

  get outbox(): Outbox {
    return this.#now.outbox;
  }

  get delivery(): DurableDelivery {
    return this.#now.delivery;
  }

  get account(): Account {
    return this.#now.account;
  }

  /** The user's connection. */
  get session(): MemorySession {
    const session = this.#now.network.sessions.at(-1);
    if (!session) throw new Error('there is no session');
    return session;
  }

  /** A run of the gateway, on what the store has. The user's session is connected where the network is there. */
  async run(): Promise<void> {
    const store = new SeveredStore(this.store, this.#storeTurns);
    const life = { alive: true };
    const sink: StanzaSink = {
      congested: false,
      send: (xml) => {
        if (life.alive) this.sink.send(xml);
      },
      drained: () => this.sink.drained(),
      whenConfirmed: () => this.sink.whenConfirmed(),
    };
    const context = this.#context(store.face, sink);
    const account = await context.accounts.ensure(parseJid(USER));
    this.#room = (await this.store.archive.personalRoom(DOMAIN, account.record.id, '#tea')).key;
    if (!account.registered) await context.accounts.update(account, { registered: true });
    account.resources.set(CLIENT, { priority: 0, show: '', status: '' });
    const speaker: NoticeSpeaker = { notice: (_account, { key }) => this.notices.push(key) };
    const delivery = new DurableDelivery(context, speaker);
    const notices = new AuthorNotices(context, delivery, speaker);
    const network = context.gateway as MemoryGateway;
    const outbox = new Outbox(context, { sessions: this.#sessions(network, () => outbox), notices });
    this.#run = { outbox, delivery, network, account, store, life };
    await delivery.resume();
    await outbox.restored();
    this.#sessions(network, () => outbox).ensure(account);
    await this.settled();
  }

  /** The process ends at this instant, and a new one starts. What the network had not answered it has, untold. */
  async kill(): Promise<void> {
    this.#end();
    if (this.#reopen) this.store = await this.#reopen();
    await this.run();
  }

  /** An orderly stop and a new start. */
  async restart(): Promise<void> {
    await this.outbox.stop();
    this.#end();
    await this.run();
  }

  /** The user writes to a person; returns the id that the gateway gave to it. Its stanza id is `x-` and the text. */
  async write(contact: string, text: string, receipt = false): Promise<string> {
    const { id, committed } = this.submit(contact, text, receipt);
    await committed;
    await this.settled();
    return id;
  }

  /** As {@link write}, without waiting. */
  submit(contact: string, text: string, receipt: boolean): { id: string; committed: Promise<void> } {
    const id = uuidv7();
    const committed = this.outbox.submit(this.account, {
      id,
      peer: contact.startsWith('#')
        ? { kind: 'room', id: contact as RoomId }
        : { kind: 'contact', id: contact as ContactId },
      xmppIds: [`x-${text}`],
      author: CLIENT,
      receipt,
      message: { text },
      files: [],
      ...(contact.startsWith('#') && { trace: this.#trace(id, text) }),
    });
    return { id, committed };
  }

  /** Ids in the archive of the user's only room, in order. */
  async archived(): Promise<readonly string[]> {
    const account = this.account.record.id;
    const page = await this.store.archive.page({ account, room: this.#room, limit: 1_000 });
    return page?.entries.map(({ id }) => id) ?? [];
  }

  /** Those of the messages that were written down. */
  async known(ids: readonly string[]): Promise<readonly string[]> {
    const records = await Promise.all(ids.map((id) => this.store.messages.byId(id)));
    return ids.filter((_, index) => records[index] !== undefined);
  }

  #trace(id: string, text: string): RoomTrace {
    const room = this.#room;
    const entry = { id, room, time: Date.now(), nick: 'romeo', type: 'message' as const };
    return { room, entries: [{ ...entry, messageId: `x-${text}`, payload: `<body>${text}</body>` }] };
  }

  async report(message: string, outcome: DeliveryReport['outcome'], error?: DeliveryReport['error']) {
    const id = message as NetworkMessageId;
    await this.outbox.report({ type: 'delivery-report', message: id, outcome, ...(error && { error }) });
    await this.settled();
  }

  /** States of messages by their text, as written to the store. */
  async state(id: string): Promise<string | undefined> {
    return (await this.store.messages.byId(id))?.state;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  #end(): void {
    const { store, life, network } = this.#now;
    store.sever();
    life.alive = false;
    for (const session of network.sessions) session.send = () => ({ accepted: new Promise(() => undefined) });
    for (const open of this.post.open.splice(0)) open.keep();
  }

  get #now(): Run {
    if (!this.#run) throw new Error('the gateway does not run');
    return this.#run;
  }

  #sessions(network: MemoryGateway, outbox: () => Outbox) {
    return {
      get: (account: Account) => account.session,
      ensure: (account: Account) => {
        if (account.session) return account.session;
        const session = network.createSession(account.view(), {
          emit: () => undefined,
          report: ({ state }) => {
            if (state === 'connected') outbox().connected(account);
          },
          congested: false,
          relieved: async () => undefined,
        });
        account.session = session;
        session.connect();
        return session;
      },
    };
  }

  #context(store: Store, sink: StanzaSink): DomainContext {
    return {
      options: this.#options,
      gateway: new MemoryGateway(undefined, this.#live ? {} : { post: this.post }),
      store,
      sink,
      accounts: new Accounts(this.#options, store),
      requests: new IqRequests((xml) => sink.send(xml)),
      host: new NetworkHost(),
      media: new NoMedia(),
      translator: new FluentTranslator([loadCoreLocales(), memoryLocales]),
      log: faultLog(this.faults),
    };
  }
}
