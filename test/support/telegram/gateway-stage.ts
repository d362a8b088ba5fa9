import { formatSession } from '../../../gateways/telegram/client/gramjs/session.js';
import { TelegramGateway } from '../../../gateways/telegram/gateway.js';
import { optionsSchema } from '../../../gateways/telegram/options.js';
import { Accounts } from '../../../src/core/account/accounts.js';
import { DomainState } from '../../../src/core/account/domain-state.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import type { DomainOptions, StanzaSink } from '../../../src/core/domain.js';
import { GatewayDomain } from '../../../src/core/gateway-domain.js';
import type { Media } from '../../../src/core/media/media.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { Log, TargetPolicy } from '../../../src/gateway/gateway.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { Inbox } from '../../client/inbox.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { PATIENT } from '../core/delivery-options.js';
import { roomOptions } from '../core/room-options.js';
import { parseStanzas } from '../core/room-stage.js';
import { MemoryStore } from '../memory-store.js';
import { NoMedia } from '../no-media.js';
import { begunLine, type Correspondent, localPartOf, telegramOptions } from './options.js';

/** The gateway's domain in these tests. */
export const DOMAIN = 'telegram.example.org';
/** The user and two of his clients. */
export const ROMEO = 'romeo@example.org';
export const ORCHARD = `${ROMEO}/orchard`;
export const PHONE = `${ROMEO}/phone`;

/** What differs between tests. */
export interface GatewayStageOptions {
  /** Of the Telegram gateway, as in the configuration. */
  readonly telegram?: Readonly<Record<string, unknown>>;
  readonly domain?: Partial<DomainOptions>;
  readonly limits?: Partial<DomainOptions['limits']>;
  /** Default: there is no place for files. */
  readonly media?: Media;
  /** Where users may have the gateway connect to. Default: anywhere. */
  readonly targets?: TargetPolicy;
  /** A Telegram that is there already; the stage does not close it. */
  readonly server?: TelegramServer;
}

/**
 * The gateway's Telegram domain in this process, between a Telegram of the test's own and users whose server the test
 * plays: XML in, parsed stanzas out.
 */
export class GatewayStage {
  /** What the gateway has sent, to whomever. */
  readonly heard = new Inbox<XmlElement>(String);
  readonly store = new MemoryStore();
  /** What was logged as a fault of ours. */
  readonly faults: string[] = [];
  /** What was logged, for looking for secrets. */
  readonly logged = new Inbox<string>((line) => line);
  #running: { readonly domain: GatewayDomain; readonly gateway: TelegramGateway } | undefined;
  #ids = 0;

  private constructor(
    readonly server: TelegramServer,
    private readonly options: GatewayStageOptions,
  ) {}

  /** Nobody is registered yet. */
  static async start(options: GatewayStageOptions = {}): Promise<GatewayStage> {
    const stage = new GatewayStage(options.server ?? (await TelegramServer.start()), options);
    await stage.startGateway();
    return stage;
  }

  /** The network, as it is since the last start. */
  get gateway(): TelegramGateway {
    if (!this.#running) throw new Error('the gateway does not run');
    return this.#running.gateway;
  }

  /** Registers a user as somebody of Telegram's and brings a client of his online; resolves when he is connected. */
  async login(person: ScriptedPerson, client = ORCHARD): Promise<void> {
    await this.register(person, client.replace(/\/.*/, ''));
    await this.receive(`<presence from='${client}' to='${DOMAIN}'/>`);
    await this.begun();
  }

  /** Registers a user, as if he had logged in before; nothing connects yet. */
  async register({ person }: ScriptedPerson, user = ROMEO): Promise<void> {
    const session = formatSession({
      ...{ home: person.homeCentre, me: `u${person.id}`, bot: person.bot },
      keys: new Map([[person.homeCentre, { key: this.server.logIn(person, 'gateway'), authorised: true }]]),
    });
    const { id } = await this.store.accounts.ensure(DOMAIN, user);
    await this.store.accounts.update(id, {
      registered: true,
      settings: { user: `u${person.id}`, bot: person.bot, ...(person.phone && { phone: person.phone }) },
      secrets: { session },
    });
  }

  /** Resolves when a session with Telegram has begun that nobody has waited for yet: what happens now is told. */
  async begun(): Promise<void> {
    await this.logged.wait((line) => begunLine.test(line), 'a session with Telegram');
  }

  /** JID of a person, a group or a channel of Telegram's. */
  jid(other: Correspondent): string {
    return `${localPartOf(other)}@${DOMAIN}`;
  }

  /** A stanza of a user arrives. What comes of it takes its time: wait for it. */
  async receive(xml: string): Promise<void> {
    if (!this.#running) throw new Error('the gateway does not run');
    for (const stanza of parseStanzas(xml)) this.#running.domain.handle(stanza);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The next stanza for that client, or any of his, that fits. */
  next(fits: (stanza: XmlElement) => boolean, what: string, to = ROMEO): Promise<XmlElement> {
    return this.heard.wait((stanza) => isFor(stanza, to) && fits(stanza), `${to} waits for ${what}`);
  }

  /** The next message with a body from somebody; `body` is in it. */
  message(from: string, body = '', to = ROMEO): Promise<XmlElement> {
    return this.next(
      (stanza) =>
        isFrom(stanza, from) && stanza.name === 'message' && (stanza.childText('body') ?? '').includes(body),
      `a message of ${from} with "${body}"`,
      to,
    );
  }

  /** A user writes; resolves with the stanza's id. */
  async write(
    to: string,
    children: string,
    { id = this.#id('m'), from = ORCHARD, type = 'chat' } = {},
  ): Promise<string> {
    const inside = children.startsWith('<') ? children : `<body>${children}</body>`;
    await this.receive(`<message from='${from}' to='${to}' id='${id}' type='${type}'>${inside}</message>`);
    return id;
  }

  /** A user asks; resolves with the answer. */
  async iq(type: 'get' | 'set', to: string, payload: string, from = ORCHARD): Promise<XmlElement> {
    const id = this.#id('iq');
    await this.receive(`<iq type='${type}' from='${from}' to='${to}' id='${id}'>${payload}</iq>`);
    return this.next(({ name, attrs }) => name === 'iq' && attrs.id === id, `an answer to ${payload}`, from);
  }

  /** Bodies of all messages from somebody so far, in their order. */
  bodies(from: string, to = ROMEO): readonly string[] {
    return this.heard.all.flatMap((stanza) => {
      const body = stanza.name === 'message' && isFrom(stanza, from) && isFor(stanza, to);
      return (body && stanza.attrs.type !== 'error' && stanza.childText('body')) || [];
    });
  }

  /** Stops the gateway in an orderly way and starts it on what it remembered; users come back by themselves. */
  async restart(): Promise<void> {
    await this.stopGateway();
    await this.startGateway();
  }

  async startGateway(): Promise<void> {
    const { domain, limits, media = new NoMedia() } = this.options;
    const { store, faults } = this;
    const host = new NetworkHost();
    const log = this.#log();
    const gateway = new TelegramGateway(
      optionsSchema.parse({ ...telegramOptions(this.server), ...this.options.telegram }),
      {
        ...{ domain: DOMAIN, log, host, state: new DomainState(DOMAIN, store) },
        software: { name: 'Isthmus', version: '0.0.0-test' },
        webhooks: { address: () => undefined, serve: () => () => undefined },
        temporaryFolder: '/nonexistent',
        targets: this.options.targets ?? { mayResolve: () => true, mayConnect: () => true },
      },
    );
    const delivery = { ...PATIENT, retryFirstMs: 20, retryMaxMs: 200 };
    const options = roomOptions(DOMAIN, { policy: 'registered', delivery, ...domain }, limits);
    const sink = this.#sink();
    const running = new GatewayDomain({
      ...{ options, gateway, store, sink, host, media, log },
      accounts: new Accounts(options, store),
      requests: new IqRequests((xml) => sink.send(xml)),
      translator: new FluentTranslator([loadCoreLocales(), gateway.locales]),
    });
    this.#running = { domain: running, gateway };
    if (faults.length > 0) throw new Error(faults.join('\n'));
    await running.start();
    await running.greet();
  }

  async stopGateway(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.domain.stop('bye');
  }

  /** @throws {Error} when anything was logged as a fault of ours */
  async stop(): Promise<void> {
    await this.stopGateway();
    if (!this.options.server) await this.server.close();
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
  }

  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}${this.#ids}`;
  }

  #sink(): StanzaSink {
    return {
      send: (xml) => {
        for (const stanza of parseStanzas(xml)) this.heard.push(stanza);
      },
      congested: false,
      drained: async () => undefined,
      whenConfirmed: async () => undefined,
    };
  }

  #log(): Log {
    const write = (fields: object, message: string): void => {
      this.logged.push(`${message} ${JSON.stringify(fields)}`);
    };
    return {
      ...{ debug: write, info: write, warn: write },
      error: (fields, message) => {
        const { err } = fields as { err?: unknown };
        this.faults.push(`${message}: ${err instanceof Error ? err.stack : String(err)}`);
      },
    };
  }
}

/** Of a full address that one only, of a bare one all. */
function isFor({ attrs: { to = '' } }: XmlElement, user: string): boolean {
  return to === user || to.startsWith(`${user}/`);
}

function isFrom({ attrs: { from = '' } }: XmlElement, who: string): boolean {
  return from === who || from.startsWith(`${who}/`);
}
