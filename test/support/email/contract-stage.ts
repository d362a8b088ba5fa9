import { randomUUID } from 'node:crypto';
import { groupRoom } from '../../../gateways/email/conversation/audience.js';
import { EmailGateway } from '../../../gateways/email/gateway.js';
import { parseMail } from '../../../gateways/email/mail/parse-mail.js';
import { optionsSchema } from '../../../gateways/email/options.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId, ContactId, RoomId } from '../../../src/gateway/ids.js';
import type { StoredStage } from '../../contract/stored.js';
import type { StoredRoomsStage } from '../../contract/stored-rooms.js';
import { startDovecot } from '../../servers/dovecot.js';
import { freePort } from '../../servers/process.js';
import { type SmtpPeer, type SmtpTransaction, startSmtpPeer } from '../../servers/smtp-peer.js';
import { MemoryState, RecordingHost, testEnvironment } from '../gateway-environment.js';
import { rawMail } from './raw-mail.js';
import { SmtpTalk } from './smtp-talk.js';

const MAIL_DOMAIN = 'mail.example.test';
const CAROL = 'carol@far.example' as ContactId;
/** Enough for every account of a suite. */
const USERS = 40;
const ROOMS = [`!${'a'.repeat(26)}`, '#dev.lists.example'].map(
  (id) => ({ kind: 'room', id: id as RoomId }) as const,
);

const addressOf = (nick: string): string => `${nick.toLowerCase().replaceAll(' ', '-')}@far.example`;
const mailboxOf = (account: number): string => `user-${account}@house.test`;
const ownOf = (account: number): string => `user-${account}@${MAIL_DOMAIN}`;

/** The email gateway between Dovecot, which has the users' mailboxes, and an SMTP server that is everybody else. */
export async function emailStage(): Promise<StoredStage & StoredRoomsStage> {
  // It looks for new ones once a second only.
  const users = Array.from({ length: USERS }, (_, n) => ({ name: mailboxOf(n + 1), password: 'secret' }));
  const dovecot = await startDovecot({ users });
  const port = await freePort();
  let answer: 'refuse' | 'refuse-recipient' | 'break-off' | undefined;
  let away = false;
  let refusing = false;
  const taken: SmtpTransaction[] = [];
  const members = new Map<AccountId, readonly string[]>();
  const peer: SmtpPeer = await startSmtpPeer({
    conduct: (stage) => {
      if (away && stage === 'greeting') return 'drop';
      const now = answer;
      // All recipients of one mail.
      if (now === 'refuse-recipient') {
        if (stage === 'RCPT') refusing = true;
        else if (stage === 'MAIL' && refusing) answer = undefined;
        refusing &&= answer !== undefined;
        return stage === 'RCPT' ? '550 5.1.1 nobody of that name' : undefined;
      }
      if (stage !== 'end') return undefined;
      answer = undefined;
      if (now === 'break-off') return 'drop';
      return now && '550 5.7.1 not wanted here';
    },
  });
  let told = 0;
  const host = new RecordingHost();
  const state = new MemoryState();
  const server = { host: 'localhost', security: 'tls', caFile: dovecot.caPath };
  const options = optionsSchema.parse({
    mailbox: { reconnect: { initialMs: 50, maxMs: 200 }, pollSeconds: 1 },
    accounts: {
      providers: {
        house: {
          domains: ['house.test'],
          imap: { ...server, port: dovecot.imapsPort },
          smtp: { host: 'localhost', port: peer.port, security: 'none' },
        },
      },
    },
    domain: {
      name: MAIL_DOMAIN,
      listen: { port },
      relay: { host: '127.0.0.1', port: peer.port, security: 'none' },
      authentication: { check: false },
    },
    outbound: { keepMs: 1 },
  });
  const make = (): EmailGateway =>
    new EmailGateway(options, testEnvironment({ domain: 'email.example.test', host, state }));
  let gateway = make();
  const gateways = [gateway];
  let accounts = 0;

  /** A mail comes by SMTP; resolves when the gateway has answered for it. */
  async function deliver(from: string, to: readonly string[], content: string): Promise<void> {
    const talk = await SmtpTalk.open(port);
    try {
      await talk.say('EHLO far.example');
      await talk.mail(from, to, content);
    } finally {
      talk.close();
    }
  }

  function mailOf(headers: Readonly<Record<string, string>>, body: string): string {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return [...lines, '', body, ''].join('\r\n');
  }

  async function arrived() {
    while (taken.length === 0) {
      const { transactions } = peer;
      if (transactions.length > told) {
        const [next] = transactions.slice(told);
        told += 1;
        if (next) taken.push(next);
      } else await peer.transaction();
    }
    const transaction = taken.shift();
    const mail = await parseMail(rawMail(Buffer.from(transaction?.data ?? '', 'latin1')), options.limits);
    const text = mail.parts[0]?.text?.trim() ?? '';
    const from = /FROM:<([^>]*)>/i.exec(transaction?.mail ?? '')?.[1] ?? '';
    return {
      text,
      report: async (outcome: 'delivered' | 'failed') => {
        const fates = [...mail.to, ...mail.cc].map(
          ({ address }) =>
            `Final-Recipient: rfc822;${address}\r\nAction: ${outcome}\r\nStatus: ${outcome === 'failed' ? '5.1.1' : '2.0.0'}\r\n`,
        );
        const headers = {
          ...{ From: 'MAILER-DAEMON@far.example', To: from, Subject: 'Report', 'MIME-Version': '1.0' },
          'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
        };
        const body = [
          '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;far.example\r\n\r\n',
          fates.join('\r\n'),
          `\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${mail.messageId}>\r\n\r\n--b--`,
        ].join('');
        await deliver('', [from], mailOf(headers, body));
      },
    };
  }

  return {
    get gateway() {
      return gateway;
    },
    host,
    person: CAROL,
    addresses: [{ kind: 'contact', id: CAROL }, ...ROOMS],
    untyped: ROOMS,
    nonsense: ['', 'carol', '@far.example', 'a b@far.example', `!${'a'.repeat(27)}`, '#'],
    known: () => CAROL,
    account: (nick): AccountView => {
      accounts += 1;
      const address = mailboxOf(accounts);
      const unused = { host: 'unused.test', port: 993, security: 'tls' };
      return {
        ...{ id: accounts as AccountId, registered: true, suggestedName: nick, language: 'en' },
        userAddress: `${nick.toLowerCase().replaceAll(' ', '-')}@example.org`,
        secrets: { password: 'secret' },
        settings: {
          mailbox: {
            address,
            imap: unused,
            smtp: unused,
            user: address,
            auth: 'password',
            provider: 'house',
          },
          ...{ domainAddress: ownOf(accounts), sendFrom: 'domain', show: 'everything' },
        },
      };
    },
    arrived,
    get arrivals() {
      return peer.transactions.length;
    },
    next: (next) => {
      answer = next;
    },
    refuseNext: () => {
      answer = 'refuse-recipient';
    },
    reachable: async (reachable) => {
      away = !reachable;
      if (!reachable) {
        peer.dropAll();
        await dovecot.stop();
      } else await dovecot.restart();
    },
    writes: async (account, text, times = 1) => {
      const headers = {
        From: `Carol <${CAROL}>`,
        To: ownOf(account),
        'Message-ID': `<${text.replaceAll(' ', '-')}@far>`,
      };
      for (let time = 0; time < times; time += 1)
        await deliver(CAROL, [ownOf(account)], mailOf(headers, text));
    },
    room: async (account, ...nicks) => {
      const command = gateway.commands.find(({ name }) => name === 'group');
      const step = await command?.start({ account, session: undefined });
      if (step?.kind !== 'form') throw new Error('no command for groups');
      members.set(account.id, nicks);
      await step.submit({ addresses: nicks.map((nick) => `${nick} <${addressOf(nick)}>`).join('\n') });
      return groupRoom([ownOf(account.id), ...nicks.map(addressOf)]);
    },
    says: async (account, _room, nick, text, times = 1) => {
      const others = [...(members.get(account.id) ?? [])].filter((other) => other !== nick);
      const own = ownOf(account.id);
      const headers = {
        From: `${nick} <${addressOf(nick)}>`,
        To: [own, ...others.map((other) => `${other} <${addressOf(other)}>`)].join(', '),
        'Message-ID': `<${randomUUID()}@far>`,
      };
      for (let time = 0; time < times; time += 1)
        await deliver(addressOf(nick), [own], mailOf(headers, text));
    },
    restart: async () => {
      gateway = make();
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      for (const one of gateways) await one.close();
      await peer.stop();
      await dovecot.stop();
    },
  };
}
