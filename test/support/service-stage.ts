import { Accounts } from '../../src/core/account/accounts.js';
import { NetworkHost } from '../../src/core/account/network-host.js';
import { ContactBooks } from '../../src/core/contact/contact-book.js';
import { AuthorNotices } from '../../src/core/delivery/author-notices.js';
import { DurableDelivery } from '../../src/core/delivery/durable-delivery.js';
import { Outbox } from '../../src/core/delivery/outbox.js';
import { ContactFeatures } from '../../src/core/disco/contact-features.js';
import type { DomainOptions } from '../../src/core/domain.js';
import { DEFAULT_HISTORY } from '../../src/core/history/history-options.js';
import { IqRouter, type IqTarget } from '../../src/core/iq-router.js';
import type { Media } from '../../src/core/media/media.js';
import { toStanzaError } from '../../src/core/message/error-mapper.js';
import { ContactProfiles, type ProfileViewers } from '../../src/core/profile/contact-profiles.js';
import { PictureFetch } from '../../src/core/profile/picture-fetch.js';
import { RoomFaces } from '../../src/core/room/room-faces.js';
import { ContactScreening } from '../../src/core/screening/contact-screening.js';
import type { ServiceContext, SessionKeeper } from '../../src/core/service/service-context.js';
import { ServiceFace } from '../../src/core/service/service-face.js';
import { loadCoreLocales } from '../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../src/core/translation/fluent-translator.js';
import type { Log } from '../../src/gateway/gateway.js';
import { el, type XmlElement } from '../../src/xmpp/element.js';
import { IqRequests } from '../../src/xmpp/iq.js';
import { type Jid, parseJid } from '../../src/xmpp/jid.js';
import { unescapeLocal } from '../../src/xmpp/jid-escaping.js';
import { NS } from '../../src/xmpp/namespace.js';
import { StanzaError } from '../../src/xmpp/stanza-error.js';
import { OPEN_BOOK, WELCOMING } from './core/contact-options.js';
import { PATIENT } from './core/delivery-options.js';
import { MemoryGateway, type MemoryOptions } from './memory-network/gateway.js';
import { MemoryStore } from './memory-store.js';
import { NoMedia } from './no-media.js';
import { RecordingSink } from './recording-sink.js';

/** The gateway's domain in these tests. */
export const DOMAIN = 'memory.example.org';
/** A user that may use it. */
export const ROMEO = 'romeo@example.org/orchard';
/** The operator. */
export const ADMIN = 'boss@example.org/desk';
/** A user of a server that may not. */
export const STRANGER = 'villain@elsewhere.example/dark';

const LIMITS: DomainOptions['limits'] = {
  registrationsPerHour: 100,
  joinsPerMinute: 60,
  messagesPerSecond: 20,
  messageBurst: 100,
  messageLength: 50_000,
  typingExpiryMs: 60_000,
  outageGraceMs: 120_000,
  outageRepeatMs: 3_600_000,
  roomsPerUser: 10,
  membersPerRoom: 1000,
  resourcesPerUser: 5,
  searchesPerMinute: 5,
  searchResults: 3,
  dialoguesPerUser: 2,
  dialogueIdleMs: 60_000,
};

const OPTIONS: DomainOptions = {
  domain: DOMAIN,
  policy: 'registered',
  allow: new Set(),
  userDomains: new Set(['example.org']),
  deny: new Set(),
  admins: new Set(['boss@example.org']),
  language: 'en',
  contact: {
    abuse: ['mailto:abuse@example.org'],
    admin: ['xmpp:boss@example.org'],
    support: [],
    security: [],
    status: [],
  },
  archive: { enabled: false, history: 20, maxPage: 100 },
  history: DEFAULT_HISTORY,
  limits: LIMITS,
  delivery: PATIENT,
  contacts: WELCOMING,
  dataPolicy: OPEN_BOOK,
  software: { name: 'Isthmus', version: '0.0.0-test' },
  occupantKey: Buffer.alloc(32),
};

/** No contact is shown to anybody. */
const NOBODY_WATCHES: ProfileViewers = {
  onShown: () => undefined,
  isShown: () => false,
  showAgain: () => undefined,
  clients: { of: async () => new Set() },
};

/** What a stage is made with. */
export interface StageOptions extends MemoryOptions {
  readonly domain?: Partial<DomainOptions>;
  readonly limits?: Partial<DomainOptions['limits']>;
  /** Default: there is no place for files. */
  readonly media?: Media;
  readonly erasing?: (owner: string) => Promise<void>;
}

/** What came back for an IQ. */
export type IqOutcome =
  | { readonly type: 'result'; readonly payload: XmlElement | undefined }
  | { readonly type: 'error'; readonly error: StanzaError };

/** The gateway's face over the memory network, without rooms and stream. */
export class ServiceStage {
  readonly sink = new RecordingSink();
  readonly store = new MemoryStore();
  readonly gateway: MemoryGateway;
  readonly context: ServiceContext;
  readonly outbox: Outbox;
  readonly face: ServiceFace;
  /** Everything that was written to the log, for looking for secrets. */
  readonly logged: string[] = [];
  readonly #router = new IqRouter();

  constructor({ domain, limits, media = new NoMedia(), erasing, ...memory }: StageOptions = {}) {
    this.gateway = new MemoryGateway(undefined, memory);
    const options = { ...OPTIONS, ...domain, limits: { ...LIMITS, ...limits } };
    const accounts = new Accounts(options, this.store);
    this.context = {
      options,
      gateway: this.gateway,
      store: this.store,
      sink: this.sink,
      accounts,
      requests: new IqRequests((xml) => this.sink.send(xml)),
      host: new NetworkHost(),
      media,
      erasing,
      translator: new FluentTranslator([loadCoreLocales(), this.gateway.locales]),
      log: recordingLog(this.logged),
      sessions: sessionKeeper(this.gateway),
      people: {
        status: async () => undefined,
        lastActivity: async () => undefined,
        dismiss: async () => () => undefined,
        mattered: () => undefined,
      },
      faces: new RoomFaces(),
      bookmarks: { wanted: async () => true, want: async () => undefined, forget: async () => undefined },
    };
    const delivery = new DurableDelivery(this.context, { notice: () => undefined });
    this.outbox = new Outbox(this.context, {
      sessions: this.context.sessions,
      notices: new AuthorNotices(this.context, delivery, {
        notice: () => undefined,
      }),
    });
    const books = new ContactBooks(this.store);
    this.face = new ServiceFace(this.context, {
      keeper: { stay: async () => {}, release: async () => false },
      outbox: this.outbox,
      books,
      features: new ContactFeatures(this.context, books),
      screening: new ContactScreening(this.context, books, delivery),
      profiles: new ContactProfiles(
        this.context,
        books,
        NOBODY_WATCHES,
        new PictureFetch(this.context),
        () => [],
      ),
    });
    this.#router.add(...this.face.handlers());
  }

  /** Sends an IQ, and runs what follows its result after noting the result in the sink. */
  async iq(
    type: 'get' | 'set',
    from: string,
    payload: XmlElement,
    to = DOMAIN,
    lang = 'en',
  ): Promise<IqOutcome> {
    const sender = parseJid(from);
    const address = parseJid(to);
    try {
      const target = this.#target(address);
      const handler = this.#router.find(payload, target.kind);
      const answer = handler?.[type];
      if (!handler || !answer) throw new StanzaError('feature-not-implemented');
      const request = {
        type,
        from: sender,
        to: address,
        target,
        payload,
        iq: el('iq', NS.COMPONENT, { type, from, to, id: 'iq1' }, payload),
        account: await this.context.accounts.find(sender),
        language: lang,
      } as const;
      const result = await answer(request);
      this.sink.send(`<result/>`);
      if (type === 'set') await handler.afterSet?.(request);
      return { type: 'result', payload: result };
    } catch (error) {
      return { type: 'error', error: toStanzaError(error, this.context.translator, lang) };
    }
  }

  /** The payload of an IQ that must succeed. */
  async ok(
    type: 'get' | 'set',
    from: string,
    payload: XmlElement,
    to = DOMAIN,
    lang = 'en',
  ): Promise<XmlElement> {
    const outcome = await this.iq(type, from, payload, to, lang);
    if (outcome.type === 'error') throw outcome.error;
    return outcome.payload ?? el('empty', '');
  }

  /** The error of an IQ that must fail. */
  async fails(
    type: 'get' | 'set',
    from: string,
    payload: XmlElement,
    to = DOMAIN,
    lang = 'en',
  ): Promise<StanzaError> {
    const outcome = await this.iq(type, from, payload, to, lang);
    if (outcome.type === 'result') throw new Error(`expected an error, got ${outcome.payload?.toString()}`);
    return outcome.error;
  }

  /** Says something to the gateway in chat; returns what it sent. */
  async chat(from: string, body: string, to = DOMAIN, lang = 'en'): Promise<string[]> {
    await this.message(from, el('body', NS.COMPONENT, null, body), { type: 'chat' }, to, lang);
    return this.sink.take();
  }

  /** Sends any message to the gateway. */
  async message(
    from: string,
    child: XmlElement,
    attrs: Record<string, string>,
    to = DOMAIN,
    language = 'en',
    ...more: XmlElement[]
  ): Promise<void> {
    const sender = parseJid(from);
    const address = parseJid(to);
    await this.face.message({
      stanza: el('message', NS.COMPONENT, { from, to, ...attrs }, child, ...more),
      from: sender,
      to: address,
      account: await this.context.accounts.find(sender),
      language,
      target: this.#target(address),
    });
  }

  /** Registers by plain fields, and forgets the stanzas of it. */
  async register(from = ROMEO, nick = 'Romeo', password = 's3cret'): Promise<void> {
    await this.ok('set', from, registration({ nick, password }));
    this.sink.take();
  }

  #target(to: Jid): IqTarget {
    if (to.local === '') return { kind: 'service' };
    const address = this.gateway.addresses.parse(unescapeLocal(to.local));
    if (!address) throw new StanzaError('item-not-found');
    return address;
  }
}

/** A set of plain registration. */
export function registration(fields: Readonly<Record<string, string>>): XmlElement {
  return el(
    'query',
    NS.REGISTER,
    null,
    ...Object.entries(fields).map(([name, value]) => el(name, NS.REGISTER, null, value)),
  );
}

/** A submitted data form. */
export function submit(
  fields: Readonly<Record<string, string | readonly string[]>>,
  type = 'submit',
): XmlElement {
  return el(
    'x',
    NS.DATA,
    { type },
    ...Object.entries(fields).map(([name, value]) =>
      el('field', NS.DATA, { var: name }, ...[value].flat().map((one) => el('value', NS.DATA, null, one))),
    ),
  );
}

function sessionKeeper(gateway: MemoryGateway): SessionKeeper {
  return {
    get: (account) => account.session,
    ensure: (account) => {
      if (account.session) return account.session;
      account.session = gateway.createSession(account.view(), {
        emit: () => undefined,
        report: () => undefined,
        congested: false,
        relieved: async () => undefined,
      });
      account.session.connect();
      return account.session;
    },
    logout: async () => undefined,
    end: async (account) => {
      const { session } = account;
      account.session = undefined;
      await session?.disconnect();
    },
  };
}

function recordingLog(lines: string[]): Log {
  const write = (fields: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}
