import { Readable } from 'node:stream';
import type { EmailSettings } from '../../../gateways/email/account/settings.js';
import type { EmailContext } from '../../../gateways/email/context.js';
import { receiveMail } from '../../../gateways/email/conversation/receive.js';
import type { Way } from '../../../gateways/email/conversation/way.js';
import type { Disposition, MailOrigin } from '../../../gateways/email/mail/origin.js';
import { parseMail } from '../../../gateways/email/mail/parse-mail.js';
import type { ParsedMail } from '../../../gateways/email/mail/parsed-mail.js';
import type { Mailbox } from '../../../gateways/email/mailbox/mailbox.js';
import { makeContext, makeServices } from '../../../gateways/email/make-context.js';
import { type EmailOptions, optionsSchema } from '../../../gateways/email/options.js';
import type { MailSent } from '../../../gateways/email/outbound/sender.js';
import { EmailSession } from '../../../gateways/email/session.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId, ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import { RecordingHost, testEnvironment } from '../gateway-environment.js';
import { Recorder } from '../session-recorder.js';

/** The user's mailbox, and his address of the gateway's domain. */
export const OWN = 'user@home.example';
export const OWN_DOMAIN = 'user@mail.example.org';

/** A mail as a server took it. */
export interface HandedIn {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
  readonly text: string;
  readonly raw: string;
}

type Event<Type extends InboundEvent['type']> = Extract<InboundEvent, { type: Type }>;

/** One user with mail, whose servers are this object. */
export class MailStage {
  readonly host = new RecordingHost();
  readonly recorder = new Recorder();
  readonly sent: HandedIn[] = [];
  readonly seen: string[] = [];
  readonly filed: string[] = [];
  /** Who counts as no stranger any more. */
  readonly heardFrom: string[] = [];
  /** What the servers answer next, if not that all is well. */
  readonly answers: (Error | MailSent)[] = [];
  readonly context: EmailContext;
  readonly session: EmailSession;
  now = Date.UTC(2026, 10, 21, 12);

  constructor(
    settings: Partial<EmailSettings> = {},
    options: Omit<Partial<EmailOptions>, 'conversation'> & { readonly conversation?: object } = {},
    ways: readonly Way['kind'][] = ['mailbox', 'domain'],
  ) {
    const environment = testEnvironment({ host: this.host });
    const connections = {
      mailbox: () => (ways.includes('mailbox') ? this.#mailbox() : undefined),
      ways: async () => ({ ways: ways.map((kind) => this.#way(kind)) }),
      heardFrom: async (_account: AccountId, address: string) => void this.heardFrom.push(address),
      release: async () => undefined,
    };
    const services = makeServices(optionsSchema.parse(options), environment);
    this.context = makeContext({ ...services, now: () => this.now }, connections);
    this.session = new EmailSession(this.context, account(settings, ways), this.recorder, () => undefined);
    this.session.connect();
  }

  /** A mail comes: headers and body with `\n` line ends. */
  async receive(text: string, origin: Partial<MailOrigin> = {}): Promise<Disposition> {
    const raw = await this.context.spool.receive(
      Readable.from([Buffer.from(text.replaceAll('\n', '\r\n'))], { objectMode: false }),
    );
    try {
      return await receiveMail(this.context, raw, {
        ...{ account: 1 as AccountId, way: 'mailbox', authenticity: 'pass', spam: false, late: false },
        folder: { path: 'INBOX', use: 'inbox' },
        receivedAt: this.now,
        ...origin,
      });
    } finally {
      await raw.remove();
    }
  }

  /** The events of a type, of which there are such. */
  ofType<Type extends InboundEvent['type']>(type: Type): Event<Type>[] {
    const events: readonly InboundEvent[] = this.host.events.map(({ event }) => event);
    return [...events, ...this.host.reports].filter((event): event is Event<Type> => event.type === type);
  }

  async say(to: string, text: string, more: object = {}): Promise<readonly NetworkMessageId[]> {
    const target = to.includes('@')
      ? ({ kind: 'contact', id: to as ContactId } as const)
      : ({ kind: 'room', id: to as RoomId } as const);
    const acceptance = await this.session.send(target, { text, ...more }).accepted;
    return acceptance?.ids ?? [];
  }

  get last(): HandedIn {
    const last = this.sent.at(-1);
    if (!last) throw new Error('nothing was sent');
    return last;
  }

  #mailbox(): Mailbox {
    return {
      state: { state: 'connected' },
      start: () => undefined,
      stop: async () => undefined,
      markSeen: async (ids) => void this.seen.push(...ids),
      fileSent: async (id) => void this.filed.push(id),
    };
  }

  #way(kind: Way['kind']): Way {
    const address = kind === 'mailbox' ? OWN : OWN_DOMAIN;
    return {
      ...{ kind, address, reports: kind === 'domain' },
      returnPath: async () => (kind === 'mailbox' ? OWN : 'bounce+x@mail.example.org'),
      ...(kind === 'mailbox' && { file: async (id: string) => void this.filed.push(id) }),
      sender: {
        send: async ({ from, to }, raw) => {
          const answer = this.answers.shift();
          if (answer instanceof Error) throw answer;
          const mail = await parseMail(raw, this.context.options.limits);
          const bytes = Buffer.concat(await raw.open().toArray()).toString();
          this.sent.push({ from, to, mail, raw: bytes, text: mail.parts[0]?.text ?? '' });
          return answer ?? { refused: [], reports: kind === 'domain' };
        },
        close: async () => undefined,
      },
    };
  }
}

/** Headers and a body as one text. */
export function mailText(headers: Readonly<Record<string, string>>, body = 'Hello'): string {
  const all = { From: 'Alice <alice@far.example>', To: OWN, Subject: 'Lunch', ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== '');
  return `${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${body}\n`;
}

function account(settings: Partial<EmailSettings>, ways: readonly Way['kind'][]): AccountView {
  const server = { host: 'mail.home.example', port: 993, security: 'tls' as const };
  const mailbox = { address: OWN, imap: server, smtp: server, user: OWN };
  return {
    id: 1 as AccountId,
    registered: true,
    suggestedName: 'user',
    userAddress: 'user@example.org',
    language: 'en',
    secrets: {},
    settings: {
      ...(ways.includes('mailbox') && { mailbox }),
      ...(ways.includes('domain') && { domainAddress: OWN_DOMAIN }),
      ...settings,
    },
  };
}
