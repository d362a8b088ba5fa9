import { randomUUID } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { escapeXml, XmppClient } from '../../client/xmpp-client.js';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { freePort, LOOPBACK } from '../../servers/process.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { SmtpTalk } from '../../support/email/smtp-talk.js';
import { befriend, registration, say, submit } from '../../support/service-talk.js';

/** The gateway's domain in XMPP, its mail domain, and the domain of everybody's mailboxes. */
export const DOMAIN = 'email.localhost';
export const MAIL_DOMAIN = 'mail.test';
export const HOUSE = 'house.test';

const SECRET = 'stage-secret';
const USERS = ['alice', 'bob', 'carol', 'dave', 'relay'];
/** How often it is looked whether a mail has come, in milliseconds, and how often at most. */
const LOOK_MS = 50;
const LOOKS = 300;

/** What differs between scenes. */
export interface EmailStageOptions {
  readonly xmpp?: 'prosody' | 'ejabberd';
  /** Whether the XMPP server takes uploads (XEP-0363). */
  readonly upload?: boolean;
  /** Options of the email component. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Further components, as in the configuration. */
  readonly components?: readonly {
    readonly domain: string;
    readonly network: string;
    readonly options?: object;
  }[];
  /** Further top-level keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further configuration of Prosody. */
  readonly server?: string;
}

/** Users of a real XMPP server, mailboxes of Dovecot's, Postfix between them and the gateway's mail domain. */
export interface EmailStage {
  readonly server: XmppServer;
  readonly gateway: GatewayProcess;
  readonly dovecot: Dovecot;
  readonly postfix: Postfix;
  /** Logs in a local user; the password is the name. */
  user(name: string, resource?: string): Promise<XmppClient>;
  /** Somebody writes to somebody of the mailboxes; resolves with the Message-ID. */
  mailTo(name: string, mail: MailFacts): Promise<string>;
  /** Somebody writes to an address of the gateway's domain, by way of Postfix; resolves with its last answer. */
  mailToDomain(local: string, mail: MailFacts): Promise<string>;
  /** The first mail of a mailbox that fits, now or later. */
  mailOf(name: string, fits: (mail: Email) => boolean, folder?: string): Promise<Email>;
  /** Message-IDs of a mailbox's mails that are marked as read. */
  seen(name: string): Promise<readonly string[]>;
}

/** A mail to be written. */
export interface MailFacts {
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** JID of a person, by his mail address. */
export const jidOf = (address: string): string => `${address.replace('@', '\\40')}@${DOMAIN}`;

/** Starts everything. Whatever it started dies with the test run. */
export async function emailStage(options: EmailStageOptions = {}): Promise<EmailStage> {
  const { components = [] } = options;
  const [authPort, port] = [await freePort(), await freePort()];
  const dovecot = await startDovecot({
    users: USERS.map((name) => ({ name: `${name}@${HOUSE}`, password: name })),
    extraConfig: `service auth {\n  inet_listener {\n    address = ${LOOPBACK}\n    port = ${authPort}\n  }\n}`,
  });
  const startServer = options.xmpp === 'ejabberd' ? startEjabberd : startProsody;
  const [server, postfix] = await Promise.all([
    startServer({
      components: [{ domain: DOMAIN }, ...components].map(({ domain }) => ({ domain, secret: SECRET })),
      ...(options.server !== undefined && { extraConfig: options.server }),
      users: USERS.map((name) => ({ name, password: name })),
      httpUpload: options.upload ?? false,
    }),
    startPostfix({
      authPort,
      mailboxes: { domain: HOUSE, lmtpPort: dovecot.lmtpPort },
      gateway: { domain: MAIL_DOMAIN, port },
    }),
  ]);
  const gateway = await startGateway({
    config: {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
      components: [
        {
          ...{ domain: DOMAIN, network: 'email', secret: SECRET },
          options: {
            mailbox: { pollSeconds: 1, reconnect: { initialMs: 100, maxMs: 500 } },
            accounts: { providers: { house: houseOf(dovecot, postfix) } },
            domain: {
              name: MAIL_DOMAIN,
              listen: { port },
              relay: { host: LOOPBACK, port: postfix.relayPort, security: 'none' },
              authentication: { check: false },
            },
            ...options.options,
          },
        },
        ...components.map((component) => ({ ...component, secret: SECRET })),
      ],
      log: { level: 'debug' },
      ...options.config,
    },
  });
  return {
    ...{ server, gateway, dovecot, postfix },
    user: (name, resource = 'phone') => XmppClient.connect({ server, name, password: name, resource }),
    mailTo: async (name, mail) => {
      const to = `${name}@${HOUSE}`;
      const { id, content, from } = written(to, mail);
      await dovecot.deliver(to, content, from);
      return id;
    },
    mailToDomain: async (local, mail) => {
      const to = `${local}@${MAIL_DOMAIN}`;
      const { content, from } = written(to, mail);
      const talk = await SmtpTalk.open(postfix.port);
      try {
        await talk.say('EHLO far.test');
        return await talk.deliver(from, [to], content.replaceAll('\n', '\r\n'));
      } finally {
        talk.close();
      }
    },
    mailOf: (name, fits, folder = 'INBOX') => mailOf(dovecot, name, folder, fits),
    seen: async (name) => {
      const found = await dovecot.doveadm(
        ...['fetch', '-u', `${name}@${HOUSE}`, 'hdr.message-id', 'mailbox', 'INBOX', 'seen'],
      );
      return [...found.matchAll(/<([^>]+)>/g)].map(([, id = '']) => id);
    },
  };
}

/** Registers a user with his mailbox and, where `local` is given, with an address of the gateway's domain. */
export async function registerMailbox(
  user: XmppClient,
  name: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const values = { way: 'mailbox', address: `${name}@${HOUSE}`, password: name, ...more };
  await registerWith(user, values);
  await connected(user);
}

/** Resolves when the user's mailbox is watched: what comes from then on becomes chat. */
export async function connected(user: XmppClient): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const status = await say(user, DOMAIN, 'status');
    // An address of the gateway's domain is connected at once.
    if (/: connected/.test(status) && !/: connecting/.test(status)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error('the mailbox is not watched');
}

/** Registers a user with an address of the gateway's domain alone. */
export function registerAddress(user: XmppClient, local: string): Promise<void> {
  return registerWith(user, { way: 'domain', local });
}

/** Sends a message; resolves with its id. */
export async function write(user: XmppClient, to: string, body: string, more = ''): Promise<string> {
  const id = user.nextId();
  await user.send(
    `<message type='chat' to='${escapeXml(to)}' id='${id}'><body>${escapeXml(body)}</body>${more}</message>`,
  );
  return id;
}

async function registerWith(user: XmppClient, values: Readonly<Record<string, string>>): Promise<void> {
  const answer = await user.iq('set', DOMAIN, registration(submit(values, 'jabber:iq:register')));
  if (answer.attrs.type !== 'result') throw new Error(`not registered: ${answer.toString()}`);
  await befriend(user, DOMAIN);
}

function houseOf(dovecot: Dovecot, postfix: Postfix): Readonly<Record<string, unknown>> {
  return {
    domains: [HOUSE],
    imap: { host: 'localhost', port: dovecot.imapsPort, security: 'tls', caFile: dovecot.caPath },
    smtp: {
      ...{ host: 'localhost', port: postfix.submissionPort, security: 'starttls' },
      caFile: postfix.certificate.certPath,
    },
  };
}

function written(
  to: string,
  { from = `carol@${HOUSE}`, headers, body = 'Hello' }: MailFacts,
): { readonly id: string; readonly content: string; readonly from: string } {
  const id = `${randomUUID()}@far.test`;
  const all = {
    ...{ From: `Carol <${from}>`, To: to, Subject: 'Lunch', 'Message-ID': `<${id}>` },
    Date: new Date().toUTCString(),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return { id, from, content: `${lines.join('\n')}\n\n${body}\n` };
}

async function mailOf(
  dovecot: Dovecot,
  name: string,
  folder: string,
  fits: (mail: Email) => boolean,
): Promise<Email> {
  for (let look = 0; look < LOOKS; look += 1) {
    const found = await dovecot.doveadm(
      ...['-f', 'json', 'fetch', '-u', `${name}@${HOUSE}`, 'text', 'mailbox', folder, 'all'],
    );
    const mails = JSON.parse(found) as { readonly text: string }[];
    for (const { text } of mails) {
      const mail = await PostalMime.parse(text);
      if (fits(mail)) return mail;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`no such mail of ${name} in ${folder}`);
}
