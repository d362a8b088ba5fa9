import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { authenticate, dkimSign } from 'mailauth';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { DomainStage, recordsOf } from '../../../support/email/domain-stage.js';

const SAM = 'sam@mail.example.test';
const GOOD = '192.0.2.25';
const BAD = '198.51.100.66';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY_RECORD = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;

/** Domains that want forged mail refused, set aside, kept; one that says nothing; and one of a forger. */
const records: Record<string, readonly string[]> = {
  'TXT forger.test': [`v=spf1 ip4:${BAD} -all`],
  'TXT s._domainkey.forger.test': [KEY_RECORD],
  'TXT silent.test': [`v=spf1 ip4:${GOOD} -all`],
  'TXT list.test': [`v=spf1 ip4:${BAD} -all`],
  'TXT s._domainkey.list.test': [KEY_RECORD],
};
for (const wish of ['reject', 'quarantine', 'none']) {
  records[`TXT ${wish}.example`] = [`v=spf1 ip4:${GOOD} -all`];
  records[`TXT _dmarc.${wish}.example`] = [`v=DMARC1; p=${wish}`];
  records[`TXT s._domainkey.${wish}.example`] = [KEY_RECORD];
}

const mailFrom = (from: string, more = '', body = 'hello\r\n') =>
  `From: ${from}\r\nTo: ${SAM}\r\nSubject: hi\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n${more}\r\n${body}`;

const signed = async (
  mail: string,
  signingDomain: string,
  options: { readonly maxBodyLength?: number } = {},
) => {
  // The library's types are of an older form of these options.
  const { signatures } = await dkimSign(mail, {
    signatureData: [{ signingDomain, selector: 's', privateKey: KEY, ...options }],
  } as never);
  return signatures + mail;
};

describe('whether mail is from whom it says', () => {
  const stages: DomainStage[] = [];
  const lookup = recordsOf(records);
  let away = false;
  const start = async (authentication: object = {}, options: object = {}) => {
    const stage = await DomainStage.start({ authentication, ...options }, async (name, type) => {
      if (away) throw Object.assign(new Error('away'), { code: 'ESERVFAIL' });
      return lookup(name, type);
    });
    stages.push(stage);
    return stage;
  };
  /** The answer, and what the mail is taken for where it is taken. */
  const judged = async (
    stage: DomainStage,
    mail: string,
    client?: string,
    returnPath = 'somebody@elsewhere.test',
  ): Promise<string> => {
    const talk = await stage.talk(client === undefined ? undefined : { address: client });
    const before = stage.received.length;
    const answer = await talk.mail(returnPath, [SAM], mail.replace(/\r\n$/, ''));
    talk.close();
    return stage.received[before]?.origin.authenticity ?? answer.slice(0, 3);
  };

  afterEach(() => {
    away = false;
    // What a mail does must not outlive it, in the whole process.
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all(stages.map((stage) => stage.stop()));
  });

  it('a signature of the author’s domain passes, until anything is changed', async () => {
    const stage = await start();
    const mail = await signed(mailFrom('Bob <bob@reject.example>'), 'reject.example');
    expect(await judged(stage, mail, BAD)).toBe('pass');
    expect(await judged(stage, mail.replace('hello', 'hallo'), BAD)).toBe('550');
    expect(await judged(stage, mail.replace('Subject: hi', 'Subject: ho'), BAD)).toBe('550');
    expect(await judged(stage, await signed(mailFrom('bob@reject.example'), 'forger.test'), BAD)).toBe('550');
  });

  it('a host of the author’s domain passes', async () => {
    const stage = await start();
    const mail = mailFrom('bob@reject.example');
    expect(await judged(stage, mail, GOOD, 'bob@reject.example')).toBe('pass');
    expect(await judged(stage, mail, GOOD, 'bob@mail.reject.example')).toBe('550');
    expect(await judged(stage, mail, BAD, 'x@forger.test')).toBe('550');
  });

  it('the author’s domain says what becomes of forged mail, and the operator has the last word', async () => {
    const stage = await start();
    const forged = (domain: string) => mailFrom(`bob@${domain}`);
    expect(await judged(stage, forged('reject.example'), BAD)).toBe('550');
    expect(await judged(stage, forged('quarantine.example'), BAD)).toBe('fail');
    expect(await judged(stage, forged('none.example'), BAD)).toBe('fail');
    expect(await judged(stage, forged('silent.test'), BAD, 'bob@silent.test')).toBe('fail');
    expect(await judged(stage, forged('unknown.test'), BAD)).toBe('none');
    const mild = await start({ reject: 'mark', quarantine: 'accept', other: 'refuse' });
    expect(await judged(mild, forged('reject.example'), BAD)).toBe('fail');
    expect(await judged(mild, forged('quarantine.example'), BAD)).toBe('none');
    expect(await judged(mild, forged('none.example'), BAD)).toBe('550');
    expect(await judged(await start({ check: false }), forged('reject.example'), BAD)).toBe('none');
  });

  it('nobody is vouched for where there are several authors, or one that can be read in two ways', async () => {
    const stage = await start();
    for (const from of [
      'x@forger.test, bob@reject.example',
      'x@forger.test\r\nFrom: bob@reject.example',
      'bob@reject.example\r\nfrom : x@forger.test',
      '',
      'undisclosed:;',
    ]) {
      const mail = await signed(mailFrom(from), 'forger.test');
      expect([from, await judged(stage, mail, BAD, 'x@forger.test')]).toEqual([from, 'fail']);
    }
  });

  it('signatures over a part of the mail, or without its author, prove nothing', async () => {
    const stage = await start();
    const mail = mailFrom('bob@reject.example');
    const part = await signed(mail, 'reject.example', { maxBodyLength: 5 });
    expect(part).toContain('l=5');
    expect(await judged(stage, part, BAD)).toBe('550');
    expect(await judged(stage, `${part}more\r\n`, BAD)).toBe('550');
    const anonymous = await signed(mail.replace(/^From:.*\r\n/, ''), 'reject.example');
    expect(
      await judged(stage, anonymous.replace('\r\nTo:', '\r\nFrom: bob@reject.example\r\nTo:'), BAD),
    ).toBe('550');
  });

  it('what name servers do not tell now is asked again later, or let in unchecked', async () => {
    const stage = await start();
    const lax = await start({ undecided: 'accept' });
    const mail = mailFrom('bob@reject.example');
    away = true;
    expect(await judged(stage, mail, BAD)).toBe('451');
    expect(await judged(lax, mail, BAD)).toBe('none');
  });

  it('S16 asks no more than it wants to for one mail, and lets nobody pass by that', async () => {
    let asked = 0;
    const stage = await DomainStage.start({ authentication: { lookups: 8 } }, async (name, type) => {
      asked += 1;
      return lookup(name, type);
    });
    stages.push(stage);
    let mail = mailFrom('bob@reject.example');
    for (let count = 0; count < 9; count += 1) mail = await signed(mail, 'forger.test');
    expect(await judged(stage, mail, BAD, 'x@forger.test')).toBe('451');
    expect(asked).toBeLessThanOrEqual(8);
  });

  it('mail of our own domain is ours by its return path and its id, or by a signature', async () => {
    const stage = await start();
    const id = '019aa6c0-0000-7000-8000-000000000001@mail.example.test';
    const own = mailFrom('kim@mail.example.test', `Message-ID: <${id}>\r\n`);
    const path = await stage.domain.returnPath(2 as never, id);
    expect(await judged(stage, own, '127.0.0.1', path)).toBe('pass');
    expect(await judged(stage, own, BAD, path)).toBe('fail');
    expect(await judged(stage, own.replace('019aa6c0', '119aa6c0'), '127.0.0.1', path)).toBe('fail');
    expect(await judged(stage, mailFrom('kim@mail.example.test'), BAD)).toBe('fail');
    expect(await judged(stage, mailFrom('kim@mail.example.test'), '127.0.0.1', 'kim@mail.example.test')).toBe(
      'fail',
    );
  });

  it('S22 mail to the return path of a mail, which its recipients know, is judged as well', async () => {
    const stage = await start();
    const path = await stage.domain.returnPath(
      1 as never,
      '019aa6c0-0000-7000-8000-000000000001@mail.example.test',
    );
    const give = async (mail: string, returnPath: string) => {
      const talk = await stage.talk({ address: BAD });
      const answer = await talk.mail(returnPath, [path], mail.replace(/\r\n$/, ''));
      talk.close();
      return answer.startsWith('250') ? stage.received.at(-1)?.origin.authenticity : answer.slice(0, 3);
    };
    expect(await give(mailFrom('bob@reject.example'), 'x@forger.test')).toBe('550');
    // A server that reports must not be refused, or nobody would hear of it.
    expect(await give(mailFrom('bob@reject.example'), '')).toBe('fail');
    expect(await give(mailFrom('mailer-daemon@unknown.test'), '')).toBe('none');
    expect(await give(await signed(mailFrom('bob@reject.example'), 'reject.example'), '')).toBe('pass');
    away = true;
    expect(await give(mailFrom('bob@reject.example'), '')).toBe('fail');
  });

  it('believes servers that the operator trusts, by their name in the topmost header, and no others', async () => {
    const stage = await start({ trustedResults: ['mx.mail.example.test'] });
    const results = (text: string) => `Authentication-Results: ${text}\r\n${mailFrom('bob@reject.example')}`;
    const pass = 'dmarc=pass (p=REJECT) header.from=reject.example';
    expect(await judged(stage, results(`mx.mail.example.test; spf=none; ${pass}`), BAD)).toBe('pass');
    expect(
      await judged(stage, results('mx.mail.example.test; dmarc=fail header.from=reject.example'), BAD),
    ).toBe('fail');
    expect(
      await judged(stage, results('MX.mail.example.test; dmarc=pass header.from=forger.test'), BAD),
    ).toBe('fail');
    expect(
      await judged(stage, results('mx.mail.example.test 1; dkim=pass header.d=reject.example'), BAD),
    ).toBe('pass');
    expect(await judged(stage, results('mx.mail.example.test; none'), BAD)).toBe('none');
    const below = `Authentication-Results: mx.mail.example.test; dmarc=fail\r\n${results(`mx.mail.example.test; ${pass}`)}`;
    expect(await judged(stage, below, BAD)).toBe('fail');
    for (const forged of [
      'mx.forger.test',
      '(mx.mail.example.test;) mx.forger.test',
      '"mx.mail.example.test ; x"',
    ])
      expect(await judged(stage, results(`${forged}; ${pass}`), BAD)).toBe('550');
  });

  it('believes who passes mail on and is trusted with it (ARC)', async () => {
    const original = mailFrom('bob@reject.example', 'Message-ID: <a@reject.example>\r\n');
    const seal = { signingDomain: 'list.test', selector: 's', privateKey: KEY };
    const asked = { ip: GOOD, helo: 'mx.reject.example', sender: 'bob@reject.example', mta: 'mx.list.test' };
    const { headers } = await authenticate(original, { ...asked, resolver: lookup, seal, disableBimi: true });
    const passedOn = headers + original;
    const trusting = await start({ trustedSealers: ['list.test'] });
    expect(await judged(trusting, passedOn, BAD, 'bounces@list.test')).toBe('pass');
    expect(await judged(trusting, passedOn.replace('hello', 'hallo'), BAD, 'bounces@list.test')).toBe('550');
    expect(await judged(await start(), passedOn, BAD, 'bounces@list.test')).toBe('550');
    expect(await judged(await start({ trustedSealers: ['other.test'] }), passedOn, BAD)).toBe('550');
  });

  it('marks what fails where nobody knows who hands it in', async () => {
    const stage = await start();
    expect(await judged(stage, mailFrom('bob@reject.example'))).toBe('fail');
    expect(await judged(stage, await signed(mailFrom('bob@reject.example'), 'reject.example'))).toBe('pass');
  });

  it('reads whatever stands in such headers without harm to the process', async () => {
    const stage = await start({ trustedSealers: ['list.test'], trustedResults: ['mx.example.test'] });
    const word = fc.constantFrom(
      ...[
        '__proto__',
        '__pro"to__"',
        '_(x)_proto__',
        'constructor',
        'prototype',
        '.',
        'x',
        '=',
        ';',
        ' ',
        '"',
        "'",
      ],
      ...[
        '(',
        ')',
        '\\',
        'i=1',
        'dmarc=pass',
        'a=rsa-sha256',
        'd=list.test',
        's=s',
        'cv=none',
        'b=YQ==',
        'h=from',
        'l=1',
      ],
    );
    const value = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    const name = fc.constantFrom(
      'ARC-Authentication-Results',
      'ARC-Seal',
      'ARC-Message-Signature',
      'DKIM-Signature',
    );
    const header = fc
      .tuple(name, value)
      .map(([key, text]) => `${key}: i=1; ${text}; __proto__.polluted=1\r\n`);
    const talk = await stage.talk({ address: BAD });
    await fc.assert(
      fc.asyncProperty(fc.array(header, { minLength: 1, maxLength: 4 }), async (headers) => {
        const answer = await talk.mail(
          'x@forger.test',
          [SAM],
          headers.join('') + mailFrom('bob@quarantine.example'),
        );
        expect(answer).toMatch(/^250/);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(new Set(stage.received.map(({ origin }) => origin.authenticity))).toEqual(new Set(['fail']));
    talk.close();
  });
});
