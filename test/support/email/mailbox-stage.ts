import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Credentials } from '../../../gateways/email/account/credentials.js';
import { parseLimits } from '../../../gateways/email/mail/options.js';
import type { Disposition, MailOrigin } from '../../../gateways/email/mail/origin.js';
import type { RawMail } from '../../../gateways/email/mail/raw-mail.js';
import type { MailServer } from '../../../gateways/email/mail/server-options.js';
import { Spool } from '../../../gateways/email/mail/spool.js';
import { mailboxGates } from '../../../gateways/email/mailbox/gate.js';
import { ImapMailbox, type MailboxParts } from '../../../gateways/email/mailbox/imap-mailbox.js';
import { mailboxOptions } from '../../../gateways/email/mailbox/options.js';
import type { Log } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { ConnectionState } from '../../../src/gateway/session.js';
import type { Text } from '../../../src/gateway/text.js';
import { Inbox } from '../../client/inbox.js';
import type { Dovecot } from '../../servers/dovecot.js';
import { MemoryState } from '../gateway-environment.js';

/** A mail as the listener of a mailbox got it. */
export interface ArrivedMail {
  readonly text: string;
  /** The value of its `Subject`. */
  readonly subject: string;
  readonly origin: MailOrigin;
}

/** What a scenario asks of a mailbox. */
export interface MailboxStageOptions {
  readonly server: MailServer;
  readonly user?: string;
  readonly password?: string;
  readonly credentials?: Credentials;
  readonly folders?: readonly string[];
  readonly filesSent?: boolean;
  readonly log?: Log;
  /** As in the configuration; defaults are quick ones. */
  readonly options?: object;
  readonly limits?: object;
}

/** Account of the mailbox. */
const ACCOUNT = 7 as AccountId;
/** Looks and pauses that a scenario can wait for, where the defaults are for years of watching. */
const QUICK = {
  pollSeconds: 1,
  connectSeconds: 10,
  commandSeconds: 10,
  reconnect: { initialMs: 50, maxMs: 200 },
};

/** A mailbox that is watched as in the gateway, with what it tells recorded, and its state kept over restarts. */
export class MailboxStage {
  readonly mails = new Inbox<ArrivedMail>(({ subject, origin }) => `${subject} in ${origin.folder?.path}`);
  readonly states = new Inbox<ConnectionState>((state) => JSON.stringify(state));
  readonly notices = new Inbox<Text>((notice) => JSON.stringify(notice));
  readonly seen = new Inbox<string>((id) => id);
  readonly state = new MemoryState();
  readonly spool: Spool;
  /** What becomes of a mail before it counts as passed on; a rejection makes it come again. */
  accept: (mail: ArrivedMail) => Promise<Disposition> = async () => 'delivered';
  /** What is waited for before a mail is fetched. */
  relieved: () => Promise<void> = async () => undefined;
  mailbox: ImapMailbox;
  readonly #folder = mkdtempSync(join(tmpdir(), 'isthmus-mailbox-'));
  readonly parts: MailboxParts;

  constructor(stage: MailboxStageOptions) {
    const limits = parseLimits.parse(stage.limits ?? {});
    this.spool = new Spool(join(this.#folder, 'spool'), {
      maxBytes: limits.maxBytes,
      totalBytes: limits.spoolBytes,
      memoryBytes: limits.memoryBytes,
    });
    const options = mailboxOptions.parse({ ...QUICK, ...stage.options });
    const user = stage.user ?? 'bob@example.test';
    const quiet = (): void => undefined;
    this.parts = {
      account: ACCOUNT,
      settings: {
        address: user,
        imap: stage.server,
        smtp: stage.server,
        user,
        auth: 'password',
        filesSent: stage.filesSent ?? false,
      },
      server: stage.server,
      listed: true,
      folders: stage.folders ?? [],
      credentials: stage.credentials ?? {
        login: async () => ({ user, password: stage.password ?? 'secret' }),
        revoke: async () => undefined,
      },
      listener: {
        mail: (raw, origin) => this.#mail(raw, origin),
        relieved: () => this.relieved(),
        state: (state) => this.states.push(state),
        notice: (notice) => this.notices.push(notice),
        seen: (ids) => {
          for (const id of ids) this.seen.push(id);
        },
      },
      spool: this.spool,
      state: this.state,
      options,
      limits,
      targets: { mayResolve: () => true, mayConnect: () => true },
      log: stage.log ?? { debug: quiet, info: quiet, warn: quiet, error: quiet },
      gates: mailboxGates(options),
      software: { name: 'Isthmus', version: '0.0.0' },
    };
    this.mailbox = new ImapMailbox(this.parts);
  }

  /** Starts it and resolves when it is connected. */
  async connect(): Promise<void> {
    this.mailbox.start();
    await this.connected();
  }

  connected(): Promise<ConnectionState> {
    return this.states.wait(({ state }) => state === 'connected', 'a connection');
  }

  /** Ends it as a restart of the gateway does: what is not in the state is forgotten. */
  async restart(): Promise<void> {
    await this.mailbox.stop();
    this.states.clear();
    this.mailbox = new ImapMailbox(this.parts);
  }

  /** The next mail with that subject. */
  mail(subject: string): Promise<ArrivedMail> {
    return this.mails.wait((mail) => mail.subject === subject, `a mail with the subject ${subject}`);
  }

  /** Subjects of all mails that came so far. */
  get subjects(): readonly string[] {
    return this.mails.all.map(({ subject }) => subject);
  }

  async close(): Promise<void> {
    await this.mailbox.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #mail(raw: RawMail, origin: MailOrigin): Promise<Disposition> {
    const whole = await text(raw.open());
    const mail = { text: whole, subject: /^Subject: (.*)\r$/m.exec(whole)?.[1] ?? '', origin };
    const disposition = await this.accept(mail);
    this.mails.push(mail);
    return disposition;
  }
}

/** TLS from the start. */
export function secure({ host, imapsPort, caPath }: Dovecot): MailServer & { readonly caFile: string } {
  return { host, port: imapsPort, security: 'tls', caFile: caPath };
}

/** STARTTLS. */
export function startTls({ host, imapPort, caPath }: Dovecot): MailServer {
  return { host, port: imapPort, security: 'starttls', caFile: caPath };
}

/** A small mail. */
export function sampleMail(subject: string, fields: Readonly<Record<string, string>> = {}): string {
  const headers = {
    From: 'Ann <ann@example.test>',
    To: 'bob@example.test',
    Subject: subject,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${subject}@example.test>`,
    ...fields,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\nHello, ${subject}.\r\n`;
}
