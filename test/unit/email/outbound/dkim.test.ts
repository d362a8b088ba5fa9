import { createHash, generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { describe, expect, it } from 'vitest';
import type { RawMail } from '../../../../gateways/email/mail/raw-mail.js';
import { type DkimKey, dkimRecord, readDkimKey } from '../../../../gateways/email/outbound/dkim/dkim-key.js';
import { RelaxedBodyHash } from '../../../../gateways/email/outbound/dkim/relaxed-body.js';
import { signMail } from '../../../../gateways/email/outbound/dkim/sign-mail.js';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const spki = { type: 'spki', format: 'pem' } as const;
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  privateKeyEncoding: pem,
  publicKeyEncoding: spki,
});
const edwards = generateKeyPairSync('ed25519', { privateKeyEncoding: pem, publicKeyEncoding: spki });
const keys: readonly DkimKey[] = [
  { domain: 'mail.example.org', selector: 'one', key: readDkimKey(rsa.privateKey) },
  { domain: 'mail.example.org', selector: 'two', key: readDkimKey(edwards.privateKey) },
];

const mailOf = (content: string): RawMail => ({
  size: Buffer.byteLength(content, 'latin1'),
  open: () =>
    Readable.from(
      [...(content.match(/[\s\S]{1,700}/g) ?? [])].map((part) => Buffer.from(part, 'latin1')),
      { objectMode: false },
    ),
  remove: async () => undefined,
});

const resolver = async (name: string): Promise<string[][]> => {
  const record = keys.map(dkimRecord).find((each) => each.name === name);
  return record ? [[record.text]] : [];
};

/** What mailauth finds of each signature. */
async function verdicts(mail: Buffer | string): Promise<readonly (string | undefined)[]> {
  const { results } = await dkimVerify(Buffer.from(mail), { resolver });
  return results.map(({ status }) => status?.result);
}

const NOW = Date.now();
const signed = async (content: string): Promise<string> => {
  const raw = await signMail(mailOf(content), keys, NOW);
  const bytes = await buffer(raw.open());
  expect(bytes.length).toBe(raw.size);
  return bytes.toString('latin1');
};
const mail = [
  'Date: Fri, 02 Jan 2026 03:04:05 +0000',
  'From: Romeo <romeo@mail.example.org>',
  'To: juliet@example.com,',
  '\tnurse@example.com',
  'Subject:   two   words ',
  'X-Not-Signed: a',
  'Received: one',
  'Received: two',
  '',
  'Tonight?  ',
  '',
  'yes\t no',
  '',
  '',
  '',
].join('\r\n');

describe('a signature (RFC 6376)', () => {
  it('of either kind of key is verified', async () => {
    const whole = await signed(mail);
    expect(await verdicts(whole)).toEqual(['pass', 'pass']);
    expect(whole.endsWith(mail)).toBe(true);
    expect(Math.max(...whole.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(78);
  });

  it.each(['From', 'To', 'Cc', 'Subject', 'Date', 'Message-ID', 'In-Reply-To', 'References', 'Content-Type'])(
    'does not survive another %s',
    async (name) => {
      const whole = await signed(mail);
      for (const forged of [
        `${name}: forged@example.net\r\n${whole}`,
        whole.replace('X-Not', `${name}: x\r\nX-Not`),
      ])
        expect(await verdicts(forged)).toEqual(['fail', 'fail']);
    },
  );

  it('survives what is added on the way, by servers and mailing lists', async () => {
    const whole = await signed(mail);
    expect(
      await verdicts(`Received: here\r\nList-Id: <l.example.net>\r\nSender: l@example.net\r\n${whole}`),
    ).toEqual(['pass', 'pass']);
  });

  it('does not survive another body', async () => {
    expect(await verdicts((await signed(mail)).replace('Tonight', 'Tomorrow'))).not.toContain('pass');
  });

  it('is verified whatever the mail holds', async () => {
    const piece = fc.constantFrom(
      '\r\n',
      ' ',
      '\t',
      'word',
      '\r\n\r\n',
      '\r\n ',
      'é',
      '=',
      ':',
      'x'.repeat(80),
    );
    const body = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    const value = fc.array(fc.constantFrom(' ', '\t', 'a', '\r\n b', ':', '  '), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(body, value, async (text, words) => {
        const content = `From: a@mail.example.org\r\nSubject: x${words.join('')}\r\n\r\n${text}\r\n`;
        expect(await verdicts(Buffer.from(await signed(content), 'latin1'))).toEqual(['pass', 'pass']);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the canonical body', () => {
  const hashOf = (pieces: readonly string[]): string => {
    const hash = new RelaxedBodyHash();
    for (const piece of pieces) hash.update(Buffer.from(piece, 'latin1'));
    return hash.digest();
  };
  const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('base64');

  it('is that of the standard (RFC 6376 §3.4.4-6), however it is cut', () => {
    const bodies = fc.array(fc.constantFrom('\r', '\n', '\r\n', ' ', '\t', 'a', 'b', '\r\n\r\n'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(bodies, (pieces) => {
        const whole = pieces.join('');
        const lines = whole.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
        while (lines.at(-1) === '') lines.pop();
        const canonical = lines.map((line) => `${line}\r\n`).join('');
        expect(hashOf(pieces)).toBe(sha256(canonical));
        expect(hashOf([whole])).toBe(sha256(canonical));
      }),
    );
  });

  it('may be long', () => {
    const line = `${'x'.repeat(76)}\r\n`;
    expect(hashOf([line.repeat(5_000), '\r\n'.repeat(30_000), 'end\r\n'])).toBe(
      sha256(`${line.repeat(5_000)}${'\r\n'.repeat(30_000)}end\r\n`),
    );
  });
});

describe('the key', () => {
  it('is RSA or Ed25519, nothing else', () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: pem,
      publicKeyEncoding: spki,
    });
    expect(() => readDkimKey(privateKey)).toThrow('RSA');
    expect(() => readDkimKey('nonsense')).toThrow();
  });
});
