import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../../gateways/email/account/credentials.js';
import type { Draft } from '../../../gateways/email/mail/draft.js';
import { Spool } from '../../../gateways/email/mail/spool.js';
import { composeMail } from '../../../gateways/email/outbound/compose-mail.js';
import { ConnectionSlots } from '../../../gateways/email/outbound/smtp/connection-slots.js';
import { SmtpSender } from '../../../gateways/email/outbound/smtp/smtp-sender.js';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { freePort, LOOPBACK } from '../../servers/process.js';
import { type SmtpPeer, type SmtpTransaction, startSmtpPeer } from '../../servers/smtp-peer.js';

const ROMEO = { name: 'romeo@home.example', password: 'thy name', token: 'token-of-romeo' };
const draft: Draft = {
  messageId: 'k1@mail.example.org',
  from: { address: 'romeo@mail.example.org', name: 'Ромео' },
  to: [{ address: 'juliet@example.com' }],
  subject: 'Балкон',
  text: `Сегодня?\n.\n${'слова '.repeat(40)}\n\n> said before\nFrom here on: *bold*`,
  html: true,
  attachments: [],
  date: Date.now(),
};
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const photo = {
  name: 'фото.bin',
  mediaType: 'image/x-photo',
  size: bytes.length,
  open: async () => Readable.from([bytes]),
};

describe('mail handed to Postfix', () => {
  let postfix: Postfix;
  let dovecot: Dovecot;
  /** The recipients' server, and the one of the gateway's domain, where reports go. */
  let there: SmtpPeer;
  let home: SmtpPeer;
  let folder: string;
  let spool: Spool;
  const senders: SmtpSender[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isthmus-outbound-'));
    spool = new Spool(join(folder, 'spool'), { maxBytes: 5e7, totalBytes: 2e8, memoryBytes: 100_000 });
    there = await startSmtpPeer({
      extensions: ['SIZE 50000000', '8BITMIME', 'SMTPUTF8'],
      conduct: (stage, line) =>
        stage === 'RCPT' && line.includes('nobody@') ? '550 5.1.1 no such person here' : undefined,
    });
    home = await startSmtpPeer();
    const authPort = await freePort();
    dovecot = await startDovecot({
      users: [ROMEO],
      extraConfig: `service auth {\n  inet_listener {\n    address = ${LOOPBACK}\n    port = ${authPort}\n  }\n}`,
    });
    postfix = await startPostfix({
      authPort,
      routes: { 'example.com': there.port, 'mail.example.org': home.port },
      config: { message_size_limit: '1000000' },
    });
  });
  afterAll(async () => {
    await Promise.all(senders.map((each) => each.close()));
    await Promise.all([postfix?.stop(), dovecot?.stop(), there?.stop(), home?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  function sender(
    port: number,
    security: 'none' | 'tls' | 'starttls' = 'none',
    credentials?: Pick<Credentials, 'login'>,
  ): SmtpSender {
    const caFile = postfix.certificate.certPath;
    const made = new SmtpSender(
      { server: { host: LOOPBACK, port, security, caFile }, listed: true, credentials, connections: 1 },
      {
        targets: { mayResolve: () => false, mayConnect: () => false },
        slots: new ConnectionSlots({ perHost: 4, total: 4, waiting: 4, waitMs: 10_000 }),
        timeouts: { connectMs: 20_000, silenceMs: 20_000, mailMs: 40_000 },
        ...{ keepMs: 20_000, waiting: 10, name: 'mail.example.org' },
      },
    );
    senders.push(made);
    return made;
  }

  /** Waits for a mail that a peer takes. */
  async function arrival(peer: SmtpPeer, pattern: RegExp): Promise<SmtpTransaction> {
    for (;;) {
      const found = peer.transactions.find(({ data }) => pattern.test(data));
      if (found) return found;
      await peer.transaction();
    }
  }

  const envelope = (to = 'juliet@example.com') => ({ from: 'bounces+k1@mail.example.org', to: [to] });

  it('F27 arrives as it was written: words, styling, files', async () => {
    const raw = await composeMail(
      { ...draft, messageId: 'whole@mail.example.org', attachments: [photo] },
      spool,
    );
    const sent = await sender(postfix.relayPort).send(envelope(), raw, { id: 'whole', success: false });
    expect(sent).toEqual({ refused: [], reports: true });
    await raw.remove();
    expect(spool.used).toBe(0);
    const { data, mail } = await arrival(there, /whole@mail\.example\.org/);
    expect(mail).toContain('MAIL FROM:<bounces+k1@mail.example.org>');
    const read = await PostalMime.parse(Buffer.from(data, 'latin1'));
    expect(read).toMatchObject({
      subject: 'Балкон',
      messageId: '<whole@mail.example.org>',
      from: { name: 'Ромео', address: 'romeo@mail.example.org' },
    });
    expect(read.text).toContain('Сегодня?\n.\n');
    expect(read.html).toContain('<strong>bold</strong>');
    const [file] = read.attachments;
    expect(file?.filename).toBe('фото.bin');
    expect(Buffer.from(file?.content as ArrayBuffer).equals(bytes)).toBe(true);
  });

  it('F05 is reported on with its id and its recipient when it cannot be delivered', async () => {
    const to = 'nobody@example.com';
    const raw = await composeMail({ ...draft, to: [{ address: to }] }, spool);
    await sender(postfix.relayPort).send(envelope(to), raw, { id: 'k1+x@mail', success: false });
    const report = await arrival(home, /Action: failed/);
    expect(report.recipients).toEqual([expect.stringContaining('<bounces+k1@mail.example.org>')]);
    expect(report.data).toContain('\r\nOriginal-Envelope-Id: k1+x@mail\r\n');
    expect(report.data).toContain(`\r\nOriginal-Recipient: rfc822;${to}\r\n`);
    expect(report.data).toContain('no such person here');
    // RET=HDRS: the header alone comes back.
    expect(report.data).toContain('text/rfc822-headers');
    expect(report.data).toContain('Message-ID: <k1@mail.example.org>');
    expect(report.data).not.toContain('rfc822\r\n\r\n');
  });

  it('is reported on when it is delivered, if that is wished', async () => {
    const raw = await composeMail({ ...draft, messageId: 'wished@mail.example.org' }, spool);
    await sender(postfix.relayPort).send(envelope(), raw, { id: 'wished', success: true });
    const report = await arrival(home, /Original-Envelope-Id: wished/);
    expect(report.data).toMatch(/Action: (relayed|delivered)/);
  });

  it('F26 with text that looks like the end of the mail, and with an address beyond ASCII', async () => {
    const address = 'джульетта@example.com';
    const raw = await composeMail(
      {
        ...draft,
        messageId: 'utf8@mail.example.org',
        to: [{ address }],
        text: 'a\r\n.\r\nMAIL FROM:<x@y>',
        html: false,
      },
      spool,
    );
    await sender(postfix.relayPort).send(envelope(address), raw, { id: 'utf8', success: false });
    const { data, recipients } = await arrival(there, /utf8@mail\.example\.org/);
    expect(Buffer.from(recipients[0] ?? '', 'latin1').toString()).toContain(`<${address}>`);
    expect(data).toContain('\r\na\r\n.\r\nMAIL FROM:<x@y>\r\n');
  });

  it('is refused for good when it is too large or goes where the server does not relay', async () => {
    const large = { ...photo, size: 900_000, open: async () => Readable.from([Buffer.alloc(900_000)]) };
    const raw = await composeMail({ ...draft, attachments: [large] }, spool);
    await expect(
      sender(postfix.relayPort).send(envelope(), raw, { id: 'x', success: false }),
    ).rejects.toMatchObject({ code: 'too-long', text: { args: { megabytes: 1 } } });
    const small = await composeMail(draft, spool);
    await expect(
      sender(postfix.port).send(envelope(), small, { id: 'x', success: false }),
    ).rejects.toMatchObject({ code: 'rejected', outcome: 'not-sent', retryable: false });
    await raw.remove();
    await small.remove();
  });

  it('goes on after Postfix was restarted while the connection was kept', async () => {
    const out = sender(postfix.relayPort);
    const raw = await composeMail(draft, spool);
    await out.send(envelope(), raw, { id: 'x', success: false });
    await postfix.restart();
    expect(await out.send(envelope(), raw, { id: 'x', success: false })).toMatchObject({ refused: [] });
    await raw.remove();
  });

  describe.each([
    ['tls', (): number => postfix.submissionsPort],
    ['starttls', (): number => postfix.submissionPort],
  ] as const)('S20 by submission over %s', (security, port) => {
    it.each([
      ['a password', { user: ROMEO.name, password: ROMEO.password }],
      ['an access token', { user: ROMEO.name, accessToken: ROMEO.token }],
    ])('is taken with %s', async (_what, login) => {
      const raw = await composeMail(draft, spool);
      const out = sender(port(), security, { login: async () => login });
      expect(await out.send(envelope(), raw, { id: 'x', success: false })).toMatchObject({ refused: [] });
      await raw.remove();
    });

    it.each([
      ['a wrong password', { user: ROMEO.name, password: 'wrong' }],
      ['an access token that has expired', { user: ROMEO.name, accessToken: 'old' }],
    ])('is refused with %s', async (_what, login) => {
      const raw = await composeMail(draft, spool);
      const out = sender(port(), security, { login: async () => login });
      await expect(out.send(envelope(), raw, { id: 'x', success: false })).rejects.toMatchObject({
        code: 'bad-credentials',
        retryable: false,
      });
      await raw.remove();
    });
  });

  it('S20 is not handed to a server whose certificate is not to be trusted', async () => {
    const raw = await composeMail(draft, spool);
    const made = new SmtpSender(
      {
        server: { host: LOOPBACK, port: postfix.submissionPort, security: 'starttls' },
        listed: true,
        connections: 1,
      },
      {
        targets: { mayResolve: () => false, mayConnect: () => false },
        slots: new ConnectionSlots({ perHost: 4, total: 4, waiting: 4, waitMs: 10_000 }),
        timeouts: { connectMs: 20_000, silenceMs: 20_000, mailMs: 40_000 },
        ...{ keepMs: 20_000, waiting: 10, name: 'mail.example.org' },
      },
    );
    await expect(made.send(envelope(), raw, { id: 'x', success: false })).rejects.toMatchObject({
      text: { key: 'email-send-insecure' },
    });
    await raw.remove();
  });
});
