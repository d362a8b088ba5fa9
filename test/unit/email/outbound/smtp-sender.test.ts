import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  Credentials as AccountCredentials,
  Login,
} from '../../../../gateways/email/account/credentials.js';
import type { RawMail } from '../../../../gateways/email/mail/raw-mail.js';
import { ConnectionSlots } from '../../../../gateways/email/outbound/smtp/connection-slots.js';
import {
  type SenderEnvironment,
  SmtpSender,
  type SubmissionServer,
} from '../../../../gateways/email/outbound/smtp/smtp-sender.js';
import { GatewayError } from '../../../../src/gateway/error.js';
import { createCertificate } from '../../../servers/certificate.js';
import { createWorkspace, LOOPBACK } from '../../../servers/process.js';
import {
  type SmtpConduct,
  type SmtpPeer,
  type SmtpPeerOptions,
  type SmtpStage,
  startSmtpPeer,
} from '../../../servers/smtp-peer.js';

type Credentials = Pick<AccountCredentials, 'login'>;

interface KeyPair {
  readonly cert: string;
  readonly key: string;
  readonly caFile: string;
}
let right: KeyPair;
let wrong: KeyPair;
const running: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  const make = async (names?: string): Promise<KeyPair> => {
    const workspace = createWorkspace('smtp-sender');
    const { certPath, keyPath } = await createCertificate(workspace, names);
    return { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8'), caFile: certPath };
  };
  right = await make();
  wrong = await make('DNS:other.example');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

async function peer(options: SmtpPeerOptions = {}): Promise<SmtpPeer> {
  const started = await startSmtpPeer(options);
  running.push({ close: () => started.stop() });
  return started;
}
/** A peer that does one thing at one stage. */
const peerWith = (stage: SmtpStage, does: string, more: SmtpPeerOptions = {}): Promise<SmtpPeer> =>
  peer({ ...more, conduct: (at) => (at === stage ? does : undefined) });

const hello = 'EHLO mail.gateway.example';
const limits = { perHost: 4, total: 8, waiting: 10, waitMs: 20_000 };
interface Setup extends Partial<Omit<SubmissionServer, 'server'>>, Partial<SenderEnvironment> {
  readonly security?: 'tls' | 'starttls' | 'none';
  readonly caFile?: string;
}
function sender(to: SmtpPeer, setup: Setup = {}): SmtpSender {
  const { security = 'none', listed = true, caFile, credentials, connections = 1, ...environment } = setup;
  const made = new SmtpSender(
    {
      server: { host: LOOPBACK, port: to.port, security, ...(caFile !== undefined && { caFile }) },
      ...{ listed, credentials, connections },
    },
    {
      targets: { mayResolve: () => false, mayConnect: () => false },
      slots: new ConnectionSlots(limits),
      timeouts: { connectMs: 10_000, silenceMs: 10_000, mailMs: 20_000 },
      keepMs: 10_000,
      waiting: 10,
      name: 'mail.gateway.example',
      ...environment,
    },
  );
  running.push(made);
  return made;
}

const mailOf = (content: string | Buffer): RawMail => ({
  size: Buffer.byteLength(content),
  open: () => Readable.from([Buffer.from(content)], { objectMode: false }),
  remove: async () => undefined,
});
const small = mailOf('Subject: hi\r\n\r\n.hidden dot\r\nbye\r\n');
const large = (size = 4_000_000): RawMail => ({
  size,
  open: () =>
    Readable.from(
      (function* () {
        for (let done = 0; done < size; done += 10_000) yield Buffer.alloc(10_000, `${'x'.repeat(98)}\r\n`);
      })(),
      { objectMode: false },
    ),
  remove: async () => undefined,
});
const toOne = { from: 'romeo@mail.example.org', to: ['juliet@example.com'] };
const toThree = { from: 'romeo@mail.example.org', to: ['a@example.com', 'b@example.com', 'c@example.com'] };
const wishes = { id: 'message+1', success: true };

const said = (answer: string) => ({ args: { answer } });
const failure = (code: string, outcome: string, retryable: boolean, text: object = {}) =>
  expect.objectContaining({ code, outcome, retryable, text: expect.objectContaining(text) });

describe('a mail is handed in', () => {
  it('whole, with what is asked of the server (RFC 3461), and the session is kept for the next', async () => {
    const to = await peer();
    const out = sender(to);
    expect(await out.send(toOne, small, wishes)).toEqual({ refused: [], reports: true });
    expect(await out.send(toOne, small, { ...wishes, success: false })).toMatchObject({ refused: [] });
    expect(to.transactions).toMatchObject([
      {
        mail: `MAIL FROM:<romeo@mail.example.org> SIZE=${small.size} RET=HDRS ENVID=message+2B1`,
        recipients: [
          'RCPT TO:<juliet@example.com> NOTIFY=FAILURE,DELAY,SUCCESS ORCPT=rfc822;juliet@example.com',
        ],
        data: 'Subject: hi\r\n\r\n.hidden dot\r\nbye\r\n',
      },
      { recipients: [expect.stringContaining('NOTIFY=FAILURE,DELAY ')] },
    ]);
    expect(to.sessions).toBe(1);
    expect(to.commands[0]).toBe(hello);
  });

  it('without what the server does not offer', async () => {
    const to = await peer({ extensions: ['HELP'] });
    expect(await sender(to).send(toOne, small, wishes)).toEqual({ refused: [], reports: false });
    expect(to.transactions).toMatchObject([
      { mail: 'MAIL FROM:<romeo@mail.example.org>', recipients: ['RCPT TO:<juliet@example.com>'] },
    ]);
  });

  it('to a server that knows only HELO', async () => {
    const to = await peerWith('EHLO', '502 5.5.1 no');
    expect(await sender(to).send(toOne, small, wishes)).toEqual({ refused: [], reports: false });
    expect(to.transactions).toHaveLength(1);
  });

  it('from the null address, as reports are', async () => {
    const to = await peer();
    await sender(to).send({ ...toOne, from: '' }, small, wishes);
    expect(to.transactions[0]?.mail).toContain('MAIL FROM:<> ');
  });

  it('to the recipients that are taken; who is refused is told with the reason', async () => {
    const to = await peer({
      conduct: (stage, line) => {
        if (stage !== 'RCPT') return undefined;
        if (line.includes('<b@')) return '550-5.1.1 no\r\n550 5.1.1 such user';
        return line.includes('<c@') ? '450 4.2.0 greylisted' : undefined;
      },
    });
    expect((await sender(to).send(toThree, small, wishes)).refused).toEqual([
      { address: 'b@example.com', answer: 'no such user', later: false },
      { address: 'c@example.com', answer: 'greylisted', later: true },
    ]);
    expect(to.transactions).toHaveLength(1);
  });

  it('with letters beyond ASCII in an address only where the server can (RFC 6531)', async () => {
    const can = await peer();
    const envelope = { ...toOne, to: ['иван@xn--e1afmkfd.xn--p1ai'] };
    await sender(can).send(envelope, small, wishes);
    expect(can.transactions[0]?.mail).toContain(' SMTPUTF8 BODY=8BITMIME ');
    const cannot = await peer({ extensions: ['8BITMIME'] });
    await expect(sender(cannot).send(envelope, small, wishes)).rejects.toEqual(
      failure('unsupported', 'not-sent', false),
    );
    expect(cannot.commands).not.toContainEqual(expect.stringMatching(/^MAIL/));
  });

  it('not when it is larger than the server takes: nothing is sent', async () => {
    const to = await peer({ extensions: ['SIZE 3000000'] });
    await expect(sender(to).send(toOne, large(), wishes)).rejects.toEqual(
      failure('too-long', 'not-sent', false, { args: { megabytes: 3 } }),
    );
    expect(to.commands).toHaveLength(1);
  });

  it.each([
    'a b@c.example',
    'a@b.example>\r\nRCPT TO:<c@d.example',
    'nobody',
    '<a@b.example>',
    'a@b\0.example',
  ])('F26 not to %j', async (address) => {
    const to = await peer();
    await expect(sender(to).send({ ...toOne, to: [address] }, small, wishes)).rejects.toEqual(
      failure('bad-address', 'not-sent', false),
    );
    await expect(sender(to).send({ ...toOne, from: address }, small, wishes)).rejects.toEqual(
      failure('bad-address', 'not-sent', false),
    );
    expect(to.sessions).toBe(0);
  });
});

describe('a server that says no', () => {
  it.each([
    ['MAIL', '451 4.7.1 greylisted, try again', 'rejected', true, 'greylisted, try again'],
    ['MAIL', '552 5.3.4 too big', 'too-long', false, 'too big'],
    ['MAIL', '530 5.7.0 log in first', 'bad-credentials', false, 'log in first'],
    ['RCPT', '550 5.1.1 <x>: no such person', 'not-found', false, '<x>: no such person'],
    ['RCPT', '550-5.7.1 spam\r\n550 5.7.1 see http://x', 'rejected', false, 'spam see http://x'],
    ['RCPT', '552 5.2.2 over quota', 'recipient-unavailable', false, 'over quota'],
    ['RCPT', '452 4.2.2 over quota', 'recipient-unavailable', true, 'over quota'],
    ['RCPT', '552 full', 'recipient-unavailable', false, 'full'],
    ['RCPT', '450', 'rejected', true, '450'],
    ['DATA', '451 4.3.0 no', 'rejected', true, 'no'],
    ['DATA', '554 5.5.1 no', 'rejected', false, 'no'],
    ['end', '451 4.7.1 greylisted', 'rejected', true, 'greylisted'],
    ['end', '552 too large', 'too-long', false, 'too large'],
    ['end', '554 5.7.1 \u0007spam\u0000\r', 'rejected', false, 'spam'],
    ['end', '421 4.3.2 closing', 'rejected', true, 'closing'],
    ['MAIL', '421 4.3.2 closing', 'rejected', true, 'closing'],
  ] as const)('at %s by %j has not taken the mail', async (stage, answer, code, retryable, words) => {
    for (const extensions of [['PIPELINING'], ['HELP']]) {
      const to = await peerWith(stage, answer, { extensions });
      await expect(sender(to).send(toOne, small, wishes)).rejects.toEqual(
        failure(code, 'not-sent', retryable, said(words)),
      );
    }
  });

  it('is asked again in the same session after a refusal of the recipient', async () => {
    let refusals = 1;
    const to = await peer({
      conduct: (stage) => (stage === 'RCPT' && refusals-- > 0 ? '550 5.1.1 no' : undefined),
    });
    const out = sender(to);
    await expect(out.send(toOne, small, wishes)).rejects.toMatchObject({ code: 'not-found' });
    await out.send(toOne, small, wishes);
    expect(to.sessions).toBe(1);
    expect(to.transactions).toHaveLength(1);
  });

  it('does not fill the user’s screen', async () => {
    const to = await peerWith('RCPT', `550 5.7.1 ${'spam '.repeat(2_000)}`);
    const error = await sender(to)
      .send(toOne, small, wishes)
      .catch((reason: GatewayError) => reason);
    expect(error).toBeInstanceOf(GatewayError);
    expect(String((error as GatewayError).text.args?.answer).length).toBeLessThanOrEqual(200);
  });
});

describe('a connection that fails', () => {
  const notSent = failure('network-unreachable', 'not-sent', true);
  const unknown = failure('network-unreachable', 'unknown', false);

  it.each(['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const)(
    'at %s has not sent the mail for certain',
    async (stage) => {
      for (const does of ['drop', 'nonsense', '\u0000\u0000\u0000', '299']) {
        if (does === '299' && stage !== 'greeting') continue;
        // An older protocol is tried then.
        if (does !== 'drop' && stage === 'EHLO') continue;
        const to = await peerWith(stage, does);
        const out = sender(to, { credentials: password('right') });
        await expect(out.send(toOne, small, wishes)).rejects.toEqual(notSent);
        expect(to.transactions).toEqual([]);
      }
    },
  );

  it.each(['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA'] as const)(
    'and stalls at %s has not sent the mail',
    async (stage) => {
      const to = await peerWith(stage, 'stall');
      const out = sender(to, { timeouts: { connectMs: 300, silenceMs: 300, mailMs: 5_000 } });
      await expect(out.send(toOne, small, wishes)).rejects.toEqual(notSent);
    },
  );

  it('in the middle of the data has not sent the mail', async () => {
    const to = await peerWith('middle', 'drop', { middleAfter: 100_000 });
    await expect(sender(to).send(toOne, large(30_000_000), wishes)).rejects.toEqual(notSent);
    expect(to.transactions).toEqual([]);
  });

  it('in the middle of the data, by a server that reads no further, has not sent the mail', async () => {
    const to = await peerWith('middle', 'stall', { middleAfter: 100_000 });
    const out = sender(to, { timeouts: { connectMs: 5_000, silenceMs: 300, mailMs: 5_000 } });
    await expect(out.send(toOne, large(30_000_000), wishes)).rejects.toEqual(notSent);
  });

  it('by a mail that can be read no further has not sent it, and the server takes no half of it', async () => {
    const to = await peer();
    const broken: RawMail = {
      ...large(),
      open: () =>
        Readable.from(
          (function* () {
            yield Buffer.alloc(100_000, 'x\r\n');
            throw new Error('disk');
          })(),
          { objectMode: false },
        ),
    };
    await expect(sender(to).send(toOne, broken, wishes)).rejects.toEqual(notSent);
    expect(to.transactions).toEqual([]);
  });

  it.each(['drop', 'stall', 'what?', '250'] as const)(
    'after the end of the data, with %j for an answer, may have sent it',
    async (does) => {
      const to = await peerWith('end', does);
      const out = sender(to, { timeouts: { connectMs: 5_000, silenceMs: 300, mailMs: 5_000 } });
      const sending = out.send(toOne, small, wishes);
      if (does === '250') expect(await sending).toMatchObject({ refused: [] });
      else await expect(sending).rejects.toEqual(unknown);
    },
  );

  it('by a server that says yes in the middle of the data has not sent the mail', async () => {
    const to = await peerWith('middle', '250 2.0.0 Ok', { middleAfter: 100_000 });
    await expect(sender(to).send(toOne, large(30_000_000), wishes)).rejects.toEqual(notSent);
  });

  it('by a server that says no in the middle of the data has not sent the mail', async () => {
    const to = await peerWith('middle', '552 5.3.4 enough', { middleAfter: 100_000 });
    await expect(sender(to).send(toOne, large(30_000_000), wishes)).rejects.toEqual(
      failure('too-long', 'not-sent', false),
    );
  });

  it('by a server that keeps it alive for ever ends with the time for one mail', async () => {
    const to = await peer({ conduct: (stage) => (stage === 'MAIL' ? '250-and\r\n250-so' : undefined) });
    const out = sender(to, { timeouts: { connectMs: 5_000, silenceMs: 5_000, mailMs: 300 } });
    await expect(out.send(toOne, small, wishes)).rejects.toEqual(notSent);
  });

  it('while it was kept for the next mail does not matter: another one is opened', async () => {
    const to = await peer();
    const out = sender(to);
    await out.send(toOne, small, wishes);
    const gone = to.sessionEnd();
    to.dropAll();
    await gone;
    await out.send(toOne, small, wishes);
    expect(to.transactions).toHaveLength(2);
    expect(to.sessions).toBe(2);
  });

  it('with a farewell while it was kept does not matter either', async () => {
    const answers = [undefined, '421 4.4.2 timeout'];
    const to = await peer({ conduct: (stage) => (stage === 'MAIL' ? answers.shift() : undefined) });
    const out = sender(to);
    await out.send(toOne, small, wishes);
    await out.send(toOne, small, wishes);
    expect(to.transactions).toHaveLength(2);
    expect(to.sessions).toBe(2);
  });

  it('is no scanner: one error for whatever does not answer, and users’ servers are resolved by policy', async () => {
    const closed = await startSmtpPeer();
    await closed.stop();
    const one = await sender(closed)
      .send(toOne, small, wishes)
      .catch((reason: GatewayError) => reason);
    const open = await peer();
    const other = await sender(open, { listed: false })
      .send(toOne, small, wishes)
      .catch((reason) => reason);
    expect(one).toEqual(notSent);
    expect(other.text).toEqual((one as GatewayError).text);
    expect(open.sessions).toBe(0);
  });
});

describe('S20 protection', () => {
  const insecure = failure('network-unreachable', 'not-sent', true, { key: 'email-send-insecure' });

  it.each(['tls', 'starttls'] as const)('by %s, with a certificate that is trusted', async (mode) => {
    const to = await peer({ tls: { mode, ...right } });
    await sender(to, { security: mode, caFile: right.caFile }).send(toOne, small, wishes);
    expect(to.transactions).toHaveLength(1);
    if (mode === 'starttls') expect(to.commands.slice(0, 3)).toEqual([hello, 'STARTTLS', hello]);
  });

  it.each(['tls', 'starttls'] as const)('by %s, refused with another certificate', async (mode) => {
    const untrusted = await peer({ tls: { mode, ...right } });
    await expect(sender(untrusted, { security: mode }).send(toOne, small, wishes)).rejects.toEqual(insecure);
    const misnamed = await peer({ tls: { mode, ...wrong } });
    await expect(
      sender(misnamed, { security: mode, caFile: wrong.caFile }).send(toOne, small, wishes),
    ).rejects.toEqual(insecure);
    expect([...untrusted.transactions, ...misnamed.transactions]).toEqual([]);
  });

  it('by STARTTLS is never skipped, whatever the server offers or answers', async () => {
    const none = await peer();
    const refuses = await peerWith('STARTTLS', '454 4.7.0 not now', { tls: { mode: 'starttls', ...right } });
    for (const to of [none, refuses]) {
      const out = sender(to, { security: 'starttls', caFile: right.caFile, credentials: password('right') });
      await expect(out.send(toOne, small, wishes)).rejects.toEqual(insecure);
      expect(to.commands.join('\n')).not.toMatch(/AUTH|MAIL/);
    }
  });
});

const password = (secret: string): Credentials => ({
  login: async () => ({ user: 'romeo', password: secret }),
});
const plain = (secret: string) => `AUTH PLAIN ${Buffer.from(`\0romeo\0${secret}`).toString('base64')}`;
const loginCheck =
  (good: readonly string[], refusal = '535 5.7.8 wrong'): SmtpConduct =>
  (stage, line) =>
    stage === 'AUTH' && !good.includes(line) ? refusal : undefined;

describe('the login', () => {
  it('is by password, once per session', async () => {
    const to = await peer({ conduct: loginCheck([plain('right')]) });
    const out = sender(to, { credentials: password('right') });
    await out.send(toOne, small, wishes);
    await out.send(toOne, small, wishes);
    expect(to.commands.filter((line) => line.startsWith('AUTH'))).toEqual([plain('right')]);
  });

  it.each(['535 5.7.8 wrong', '534 5.7.9 too weak', '504 5.5.4 unknown'])(
    'that is refused by %j is the user’s to change',
    async (answer) => {
      const to = await peer({ conduct: loginCheck([], answer) });
      await expect(sender(to, { credentials: password('bad') }).send(toOne, small, wishes)).rejects.toEqual(
        failure('bad-credentials', 'not-sent', false),
      );
      expect(to.transactions).toEqual([]);
    },
  );

  it('that cannot be checked now is tried later', async () => {
    const to = await peer({ conduct: loginCheck([], '454 4.7.0 database is away') });
    await expect(sender(to, { credentials: password('right') }).send(toOne, small, wishes)).rejects.toEqual(
      failure('rejected', 'not-sent', true, said('database is away')),
    );
  });

  const bearer = (token: string) =>
    `AUTH XOAUTH2 ${Buffer.from(`user=romeo\x01auth=Bearer ${token}\x01\x01`).toString('base64')}`;
  const tokens = (...given: string[]): Credentials & { readonly asked: (boolean | undefined)[] } => {
    const asked: (boolean | undefined)[] = [];
    return {
      asked,
      login: async (renew): Promise<Login> => {
        asked.push(renew);
        return { user: 'romeo', accessToken: given[renew === true ? 1 : 0] ?? '' };
      },
    };
  };

  it.each(['535 5.7.8 expired', `334 ${Buffer.from('{"status":"401"}').toString('base64')}`])(
    'by a token is renewed once when it is refused by %j',
    async (answer) => {
      const to = await peer({ conduct: loginCheck([bearer('new'), ''], answer) });
      const credentials = tokens('old', 'new');
      await sender(to, { credentials }).send(toOne, small, wishes);
      expect(credentials.asked).toEqual([false, true]);
      expect(to.commands.filter((line) => line.startsWith('AUTH'))).toEqual([bearer('old'), bearer('new')]);
      expect(to.transactions).toHaveLength(1);
    },
  );

  it('by a token that is refused again is the user’s to renew', async () => {
    const to = await peer({ conduct: loginCheck([]) });
    const credentials = tokens('old', 'also old');
    await expect(sender(to, { credentials }).send(toOne, small, wishes)).rejects.toEqual(
      failure('bad-credentials', 'not-sent', false),
    );
    expect(credentials.asked).toEqual([false, true]);
  });

  it('by a token is OAUTHBEARER where there is no XOAUTH2 (RFC 7628)', async () => {
    const to = await peer({ extensions: ['AUTH OAUTHBEARER'] });
    await sender(to, { credentials: tokens('token') }).send(toOne, small, wishes);
    const message = `n,a=romeo,\x01host=${LOOPBACK}\x01port=${to.port}\x01auth=Bearer token\x01\x01`;
    expect(to.commands[1]).toBe(`AUTH OAUTHBEARER ${Buffer.from(message).toString('base64')}`);
  });

  it('that the account has none for is what the account says', async () => {
    const to = await peer();
    const gone = new GatewayError('bad-credentials', { key: 'x' });
    const credentials: Credentials = { login: () => Promise.reject(gone) };
    await expect(sender(to, { credentials }).send(toOne, small, wishes)).rejects.toBe(gone);
    expect(to.sessions).toBe(0);
  });
});

describe('many mails', () => {
  it('go one after the other where one session is allowed, as many at once as are', async () => {
    for (const connections of [1, 3]) {
      const to = await peer();
      const out = sender(to, { connections });
      await Promise.all(Array.from({ length: 9 }, () => out.send(toOne, small, wishes)));
      expect(to.transactions).toHaveLength(9);
      expect(to.most).toBe(connections);
    }
  });

  it('wait within bounds', async () => {
    const to = await peer();
    const out = sender(to, { waiting: 1 });
    const [, , third] = await Promise.allSettled([1, 2, 3].map(() => out.send(toOne, small, wishes)));
    expect(third).toMatchObject({ reason: failure('limit', 'not-sent', true) });
    expect(to.transactions).toHaveLength(2);
  });

  it('of many users share the connections to one host; sessions that are only kept give way', async () => {
    const to = await peer();
    const slots = new ConnectionSlots({ ...limits, perHost: 2 });
    const users = Array.from({ length: 6 }, () => sender(to, { slots }));
    await Promise.all(users.map((user) => user.send(toOne, small, wishes)));
    expect(to.transactions).toHaveLength(6);
    expect(to.most).toBe(2);
  });

  it('leave no session when the time for keeping it is over, or the sender is closed', async () => {
    const to = await peer();
    const slots = new ConnectionSlots(limits);
    const brief = sender(to, { slots, keepMs: 1 });
    const end = to.sessionEnd();
    await brief.send(toOne, small, wishes);
    await end;
    expect(slots.used).toBe(0);
    const long = sender(to, { slots });
    await long.send(toOne, small, wishes);
    const over = to.sessionEnd();
    await long.close();
    await over;
    expect(slots.used).toBe(0);
    await expect(long.send(toOne, small, wishes)).rejects.toEqual(
      failure('network-unreachable', 'not-sent', true),
    );
    expect(to.commands.filter((line) => line === 'QUIT')).toHaveLength(2);
  });

  it('that are under way when the sender is closed are not sent for certain, or perhaps', async () => {
    const before = await peerWith('MAIL', 'stall');
    const after = await peerWith('end', 'stall');
    for (const [to, outcome] of [
      [before, 'not-sent'],
      [after, 'unknown'],
    ] as const) {
      const out = sender(to);
      const sending = out.send(toOne, small, wishes).catch((reason: GatewayError) => reason.outcome);
      while (!to.commands.some((line) => line === (to === after ? 'DATA' : hello)))
        await new Promise(setImmediate);
      if (to === after) while (to.transactions.length === 0) await new Promise(setImmediate);
      await out.close();
      expect(await sending).toBe(outcome);
    }
  });
});
