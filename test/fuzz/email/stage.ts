import { buffer } from 'node:stream/consumers';
import { receiveMail } from '../../../gateways/email/conversation/receive.js';
import type { Way } from '../../../gateways/email/conversation/way.js';
import { EmailGateway } from '../../../gateways/email/gateway.js';
import type { Envelope } from '../../../gateways/email/mail/draft.js';
import type { Disposition, MailOrigin } from '../../../gateways/email/mail/origin.js';
import type { Mailbox } from '../../../gateways/email/mailbox/mailbox.js';
import { makeContext, makeServices } from '../../../gateways/email/make-context.js';
import { optionsSchema } from '../../../gateways/email/options.js';
import { EmailSession } from '../../../gateways/email/session.js';
import { Accounts } from '../../../src/core/account/accounts.js';
import { NetworkHost } from '../../../src/core/account/network-host.js';
import { GatewayDomain } from '../../../src/core/gateway-domain.js';
import type { FileNotice, FileOwner } from '../../../src/core/media/media.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { Translator } from '../../../src/core/translator.js';
import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import type { AccountView, Gateway, GatewayEnvironment } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { SessionHost } from '../../../src/gateway/session.js';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { escapeLocal } from '../../../src/xmpp/jid-escaping.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { rawMail } from '../../support/email/raw-mail.js';
import { faultLog } from '../../support/fault-log.js';
import { MemoryState, testEnvironment } from '../../support/gateway-environment.js';
import { MemoryStore } from '../../support/memory-store.js';
import { NoMedia } from '../../support/no-media.js';
import { RecordingSink } from '../../support/recording-sink.js';
import { DOMAIN, fuzzOptions } from '../domain-parts.js';

const ROMEO = 'romeo@example.org';
/** Romeo's mailbox: most mails of the corpus are for it. */
export const OWN = 'bob@example.org';
/** Turns of the event loop in which everything over memory comes to rest. */
const TURNS = 40;

/** A mail that was sent. */
interface Sent {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
}

/** The email gateway over servers that are this object. */
class ServedEmailGateway extends EmailGateway {
  readonly #context;

  constructor(environment: GatewayEnvironment, sent: Sent[]) {
    const everySender = { conversation: { stormMails: 1_000_000 } };
    const options = optionsSchema.parse(everySender);
    super(options, environment);
    const mailbox: Mailbox = {
      state: { state: 'connected' },
      start: () => undefined,
      stop: async () => undefined,
      markSeen: async () => undefined,
      fileSent: async () => undefined,
    };
    const way: Way = {
      ...{ kind: 'mailbox', address: OWN, reports: false, returnPath: async () => OWN },
      sender: {
        send: async (envelope, raw) => {
          sent.push({ envelope, bytes: await buffer(raw.open()) });
          return { refused: [], reports: false };
        },
        close: async () => undefined,
      },
    };
    this.#context = makeContext(makeServices(options, environment), {
      mailbox: () => mailbox,
      ways: async () => ({ ways: [way] }),
      heardFrom: async () => undefined,
      release: async () => undefined,
    });
  }

  override createSession(account: AccountView, host: SessionHost): EmailSession {
    return new EmailSession(this.#context, account, host, () => undefined);
  }

  receive(bytes: Buffer, origin: MailOrigin): Promise<Disposition> {
    return receiveMail(this.#context, rawMail(bytes), origin);
  }
}

/** Reads files to their ends and keeps none. */
class ReadingMedia extends NoMedia {
  override async publish(account: FileOwner, file: InboundAttachment): Promise<FileNotice> {
    await buffer(await file.open());
    return super.publish(account, file);
  }
}

/** The path of a mail without a socket: its bytes, the email gateway, the core, a recorder of stanzas; and back. */
export class MailPathStage {
  readonly sink = new RecordingSink();
  readonly faults: string[] = [];
  readonly received: XmlElement[] = [];
  readonly sent: Sent[] = [];
  readonly #gateway: ServedEmailGateway;
  readonly #domain: GatewayDomain;

  private constructor(
    translator: (gateway: Gateway) => Translator,
    store: MemoryStore,
    private readonly account: AccountId,
  ) {
    const log = faultLog(this.faults);
    const options = fuzzOptions('registered');
    const host = new NetworkHost();
    const environment = testEnvironment({ domain: DOMAIN, log, host, state: new MemoryState() });
    this.#gateway = new ServedEmailGateway(environment, this.sent);
    this.#domain = new GatewayDomain({
      ...{ options, gateway: this.#gateway, store, sink: this.sink, log, host },
      accounts: new Accounts(options, store),
      requests: new IqRequests((xml) => this.sink.send(xml)),
      media: new ReadingMedia(),
      translator: translator(this.#gateway),
    });
  }

  /** With Romeo registered and online; he wants to see all mail. */
  static async start(translator: (gateway: Gateway) => Translator, rooms: boolean): Promise<MailPathStage> {
    const store = new MemoryStore();
    const { id } = await store.accounts.ensure(DOMAIN, parseJid(ROMEO).bare);
    const server = { host: 'mail.example.org', port: 993, security: 'tls' };
    const mailbox = { address: OWN, imap: server, smtp: server, user: OWN };
    const settings = { mailbox, show: 'everything', rooms, readReceipts: true };
    await store.accounts.update(id, { registered: true, settings });
    const stage = new MailPathStage(translator, store, id as AccountId);
    await stage.#domain.start();
    await stage.settled();
    stage.#handle(el('presence', NS.COMPONENT, { from: `${ROMEO}/orchard`, to: DOMAIN }));
    await stage.settled();
    return stage;
  }

  /** A mail comes. */
  receive(bytes: Buffer, origin: Partial<MailOrigin>): Promise<Disposition> {
    return this.#gateway.receive(bytes, {
      ...{ account: this.account, way: 'mailbox', authenticity: 'pass', spam: false, late: false },
      folder: { path: 'INBOX', use: 'inbox' },
      ...origin,
    });
  }

  /** Romeo writes to a person. */
  write(address: string, body: string, subject?: string): void {
    const to = `${escapeLocal(address)}@${DOMAIN}`;
    const children = [
      el('body', NS.COMPONENT, null, body),
      ...(subject === undefined ? [] : [el('subject', NS.COMPONENT, null, subject)]),
    ];
    const id = `m${this.received.length}`;
    const attrs = { from: `${ROMEO}/orchard`, to, type: 'chat', id };
    this.#handle(el('message', NS.COMPONENT, attrs, ...children));
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  stop(): Promise<void> {
    return this.#domain.stop('bye');
  }

  #handle(stanza: XmlElement): void {
    this.received.push(stanza);
    this.#domain.handle(stanza);
  }
}

/** Translators are dear to make; every stage's gateway has the same locales. */
export function sharedTranslator(): (gateway: Gateway) => Translator {
  let made: Translator | undefined;
  return (gateway) => {
    made ??= new FluentTranslator([loadCoreLocales(), gateway.locales]);
    return made;
  };
}
