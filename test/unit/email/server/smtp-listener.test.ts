import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/gateway/error.js';
import { createCertificate } from '../../../servers/certificate.js';
import { createWorkspace, freePort, LOOPBACK } from '../../../servers/process.js';
import { DomainStage, kim, MAX_BYTES, sam } from '../../../support/email/domain-stage.js';
import { SmtpTalk } from '../../../support/email/smtp-talk.js';

const SAM = 'sam@mail.example.test';
const KIM = 'kim@mail.example.test';

const mailOf = (subject: string, body = 'hello') =>
  `From: bob@example.org\r\nTo: ${SAM}\r\nSubject: ${subject}\r\n\r\n${body}`;

describe('the gateway’s SMTP server', () => {
  let stage: DomainStage;
  const started: DomainStage[] = [];
  const start = async (options: Readonly<Record<string, unknown>> = {}) => {
    const made = await DomainStage.start({ authentication: { check: false }, ...options });
    started.push(made);
    return made;
  };

  beforeAll(async () => {
    stage = await start();
  });
  afterAll(async () => {
    await Promise.all(started.map((each) => each.stop()));
  });

  it('says what it can do, and offers no logins', async () => {
    const talk = await SmtpTalk.open(stage.port);
    const features = await talk.say('EHLO client.example.test');
    expect(features).toMatch(/^250-PIPELINING/m);
    expect(features).toMatch(/^250-SMTPUTF8/m);
    expect(features).toMatch(new RegExp(`SIZE ${MAX_BYTES}`));
    expect(features).toMatch(/XFORWARD/);
    expect(features).not.toMatch(/AUTH|STARTTLS|DSN/);
    for (const command of ['AUTH PLAIN AGEAYg==', 'STARTTLS', 'WIZ', 'SHELL'])
      expect(await talk.say(command)).toMatch(/^5/);
    talk.close();
  });

  it('takes a mail and answers when it is durable for everybody', async () => {
    let release = (): void => undefined;
    const durable = new Promise<void>((resolve) => {
      release = resolve;
    });
    const own = await start();
    own.receive = async (_mail, { account }) => {
      if (account === kim) await durable;
    };
    const talk = await own.talk({ address: '192.0.2.7', helo: 'mx.example.org' });
    let answered = false;
    const sent = talk
      .mail('bob@example.org', [SAM, 'sam+shop@mail.example.test', KIM], mailOf('one', '.dots\r\n..'))
      .then((answer) => {
        answered = true;
        return answer;
      });
    await own.mail(/Subject: one/);
    expect(answered).toBe(false);
    release();
    expect(await sent).toMatch(/^250/);
    expect(own.received.map(({ origin }) => origin.account)).toEqual([sam, kim]);
    expect(own.received[0]?.mail).toBe(`${mailOf('one', '.dots\r\n..')}\r\n`);
    expect(own.received[0]?.origin).toMatchObject({
      way: 'domain',
      recipient: SAM,
      returnPath: 'bob@example.org',
    });
    expect(own.spool.used).toBe(0);
  });

  it('has the whole mail come again where one recipient could not be reached', async () => {
    const own = await start();
    own.receive = async (_mail, { account }) => {
      if (account === kim)
        throw new GatewayError('network-unreachable', { key: 'email-account-away' }, 'not-sent', true);
    };
    const talk = await own.talk();
    expect(await talk.mail('bob@example.org', [SAM, KIM], mailOf('two'))).toMatch(/^451/);
    expect(own.received.map(({ origin }) => origin.account)).toEqual([sam]);
    own.receive = async () => undefined;
    expect(await talk.mail('bob@example.org', [SAM, KIM], mailOf('two'))).toMatch(/^250/);
    expect(own.received.map(({ origin }) => origin.account)).toEqual([sam, sam, kim]);
  });

  it('answers 4xx while the store is away, and never that there is no such address', async () => {
    const own = await start();
    own.state.get = () => Promise.reject(new Error('the store is away'));
    const talk = await own.talk();
    await talk.say('MAIL FROM:<bob@example.org>');
    expect(await talk.say('RCPT TO:<somebody@mail.example.test>')).toMatch(/^4/);
  });

  it.each([
    ['nobody@mail.example.test', /^550 5\.1\.1/],
    ['sam@example.org', /^550 5\.7\.1/],
    ['sam%example.org@mail.example.test', /^550 5\.1\.1/],
    ['@mail.example.test:sam@example.org', /^550 5\.7\.1/],
    ['sam@mail.example.test@example.org', /^5/],
    ['sam@[127.0.0.1]', /^550/],
    ['"sam@mail.example.test"@example.org', /^5/],
    ['sam', /^5/],
    ['postmaster', /^550 5\.1\.1/],
    [`bounce+${'a'.repeat(48)}@mail.example.test`, /^550 5\.7\.1/],
  ])('F28 refuses %s at RCPT', async (address, answer) => {
    const talk = await stage.talk();
    await talk.say('MAIL FROM:<bob@example.org>');
    expect(await talk.say(`RCPT TO:<${address}>`)).toMatch(answer);
    expect(await talk.say('DATA')).toMatch(/^503/);
    talk.close();
  });

  it('is no open relay, whatever the recipient looks like', async () => {
    const talk = await stage.talk();
    await talk.say('MAIL FROM:<bob@example.org>');
    const part = fc.string({ unit: fc.constantFrom(...'sam@%!:"[].,example.org-<>'), maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(part, part, async (local, domain) => {
        const answer = await talk.say(`RCPT TO:<${local}@${domain}>`);
        const own = domain === 'mail.example.test' && (local === 'sam' || local.startsWith('sam+'));
        if (!own) expect(answer).toMatch(/^5/);
      }),
      { numRuns: 300 },
    );
    talk.close();
  });

  it('F26 refuses CR and LF that stand alone, so that nothing is smuggled in', async () => {
    const smuggled = `MAIL FROM:<x@example.org>\r\nRCPT TO:<${KIM}>\r\nDATA\r\n${mailOf('smuggled')}\r\n.\r\n`;
    for (const end of [
      '\n.\n',
      '\n.\r\n',
      '\r.\r',
      '\r.\r\n',
      '\r\n.\n',
      '\r\n.\r',
      '\r\n\0.\r\n\r',
      'a\rb',
      'a\nb',
    ]) {
      const talk = await stage.talk();
      const answer = await talk.mail(
        'bob@example.org',
        [SAM],
        `${mailOf('carrier')}${end}${smuggled.replace(/^\./gm, '..')}`,
      );
      expect([end, answer]).toEqual([end, expect.stringMatching(/^554 5\.6\.0/)]);
      expect(await talk.say('NOOP')).toMatch(/^250/);
      talk.close();
    }
    expect(stage.received.filter(({ mail }) => mail.includes('smuggled'))).toEqual([]);
  });

  it('lets a line end fall between two packets', async () => {
    const talk = await stage.talk();
    await talk.say('MAIL FROM:<bob@example.org>');
    await talk.say(`RCPT TO:<${SAM}>`);
    await talk.say('DATA');
    for (const letter of `${mailOf('slow')}\r\n.\r\n`) {
      talk.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await talk.answer()).toMatch(/^250/);
    expect((await stage.mail(/Subject: slow/)).mail).toBe(`${mailOf('slow')}\r\n`);
    talk.close();
  });

  it('refuses what is too large, by its size and in the end, and goes on', async () => {
    const talk = await stage.talk();
    expect(await talk.say(`MAIL FROM:<bob@example.org> SIZE=${MAX_BYTES + 1}`)).toMatch(/^552/);
    const large = mailOf('large', `${'x'.repeat(70)}\r\n`.repeat(3_000));
    expect(await talk.mail('bob@example.org', [SAM], large)).toMatch(/^552/);
    const header = `${mailOf('header').replace(/\r\n\r\n.*/s, '')}\r\n${'X: y\r\n'.repeat(6_000)}\r\nhello`;
    expect(await talk.mail('bob@example.org', [SAM], header)).toMatch(/^552/);
    expect(await talk.mail('bob@example.org', [SAM], mailOf('small'))).toMatch(/^250/);
    expect(stage.spool.used).toBe(0);
    talk.close();
  });

  it('S14 ends mails that go round in circles', async () => {
    const talk = await stage.talk();
    const header = 'Received: from a by b\r\n'.repeat(51);
    expect(await talk.mail('bob@example.org', [SAM], header + mailOf('circle'))).toMatch(/^554 5\.4\.6/);
    talk.close();
  });

  it('S17 bounds connections, mails and recipients, and ends connections that only make errors', async () => {
    const own = await start({
      trustedRelays: ['192.0.2.0/24'],
      limits: {
        connectionsPerClient: 2,
        mailsPerMinute: 3,
        recipients: 2,
        errors: 4,
        mailsPerMinuteToUser: 4,
      },
    });
    const one = await own.talk();
    const two = await own.talk();
    const three = await SmtpTalk.open(own.port);
    await three.ended;
    two.close();
    await one.say('MAIL FROM:<bob@example.org>');
    expect(await one.say(`RCPT TO:<${SAM}>`)).toMatch(/^250/);
    expect(await one.say(`RCPT TO:<${KIM}>`)).toMatch(/^250/);
    expect(await one.say('RCPT TO:<sam+more@mail.example.test>')).toMatch(/^452/);
    await one.say('RSET');
    await one.say('MAIL FROM:<bob@example.org>');
    for (let count = 0; count < 3; count += 1)
      expect(await one.say(`RCPT TO:<nobody${count}@mail.example.test>`)).toMatch(/^550/);
    expect(await one.say('RCPT TO:<nobody@mail.example.test>')).toMatch(/^421/);
    await one.ended;
    const four = await own.talk();
    await four.say('MAIL FROM:<bob@example.org>');
    await four.say('RSET');
    expect(await four.say('MAIL FROM:<bob@example.org>')).toMatch(/^450/);
    four.close();
  });

  it('believes only relays that are trusted as to whose mail it is', async () => {
    const own = await start({ trustedRelays: ['192.0.2.1'] });
    const talk = await SmtpTalk.open(own.port);
    expect(await talk.say('EHLO client.example.test')).not.toMatch(/XCLIENT|XFORWARD/);
    expect(await talk.say('XCLIENT ADDR=198.51.100.1')).toMatch(/^5/);
    expect(await talk.say('XFORWARD ADDR=198.51.100.1')).toMatch(/^5/);
    talk.close();
  });

  it('gives the operator’s mail to a user, or passes it on with nothing to come back', async () => {
    const own = await start({ postmaster: 'kim@mail.example.test' });
    const talk = await own.talk();
    expect(await talk.mail('bob@example.org', ['postmaster'], mailOf('to whom it may concern'))).toMatch(
      /^250/,
    );
    expect(await talk.mail('bob@example.org', ['Abuse@mail.example.test'], mailOf('spam from you'))).toMatch(
      /^250/,
    );
    expect(own.received.map(({ origin }) => origin.account)).toEqual([kim, kim]);
    const other = await start({ postmaster: 'root@example.net' });
    const more = await other.talk();
    const answer = await more.mail('bob@example.org', ['postmaster@mail.example.test'], mailOf('operator'));
    expect(answer).toMatch(/^250/);
    expect(other.relayed).toMatchObject([{ envelope: { from: '', to: ['root@example.net'] } }]);
    const passedOn = other.relayed[0]?.mail ?? '';
    expect(passedOn).toMatch(/^Delivered-To: postmaster@mail\.example\.test\r\nFrom: bob/);
    const again = await more.mail('bob@example.org', ['postmaster'], passedOn.trimEnd());
    expect(again).toMatch(/^554 5\.4\.6/);
  });

  it('gives nobody an address of a domain that it has no more', async () => {
    const user = { id: 9 as never, userAddress: 'lee@example.org' } as never;
    expect(await stage.domain.claim(user, 'lee@old.example.test')).toBe(false);
    expect(await stage.domain.claim(user, undefined)).toBeUndefined();
    expect(await stage.domain.claim(user, 'lee@mail.example.test')).toBe('lee@mail.example.test');
  });

  it('takes reports at the return path of a mail, for its account and by its id', async () => {
    const messageId = '019aa6c0-0000-7000-8000-000000000001@mail.example.test';
    const path = await stage.domain.returnPath(sam, messageId);
    expect(path).toMatch(/^bounce\+[a-z2-7]{48}@mail\.example\.test$/);
    const talk = await stage.talk();
    expect(await talk.mail('', [path.toUpperCase()], mailOf('report'))).toMatch(/^250/);
    expect((await stage.mail(/Subject: report/)).origin).toMatchObject({
      account: sam,
      reportOn: messageId,
      returnPath: '',
    });
    talk.close();
  });

  it('speaks TLS with the operator’s certificate, and forgets what was said before', async () => {
    const certificate = await createCertificate(createWorkspace('smtp'));
    const own = await start({ listen: { certificate: certificate.certPath, key: certificate.keyPath } });
    const transport = createTransport({
      ...{ host: LOOPBACK, port: own.port, requireTLS: true, name: 'client.example.test' },
      tls: { ca: readFileSync(certificate.certPath), servername: 'localhost' },
    });
    await transport.sendMail({ from: 'bob@example.org', to: SAM, subject: 'sealed', text: 'hello' });
    expect((await own.mail(/Subject: sealed/)).origin.account).toBe(sam);
    const talk = await own.talk();
    await talk.say('MAIL FROM:<bob@example.org>');
    expect(await talk.say('STARTTLS')).toMatch(/^220/);
    // What was sent ahead of the handshake is no command of the session behind it.
    talk.write('EHLO injected\r\n');
    await talk.ended;
  });

  it('tries again to listen where the port is taken', async () => {
    const port = await freePort();
    const occupant = createServer().listen(port, LOOPBACK);
    await once(occupant, 'listening');
    const own = await start({ listen: { port }, limits: { bindRetryMs: 5 } });
    expect(own.domain.listening).toBe(false);
    occupant.close();
    await expect.poll(() => own.domain.listening).toBe(true);
    expect(await (await own.talk()).mail('bob@example.org', [SAM], mailOf('late'))).toMatch(/^250/);
  });
});
