import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type ParseLimits, parseLimits } from '../../../../gateways/email/mail/options.js';
import { parseMail } from '../../../../gateways/email/mail/parse-mail.js';
import type { RawMail } from '../../../../gateways/email/mail/raw-mail.js';
import { mailOfLines, rawMail } from '../../../support/email/raw-mail.js';

const limits = parseLimits.parse({});
const mixed = (boundary: string) => `Content-Type: multipart/mixed; boundary=${boundary}`;

/** A mail that is made while it is read; tells how much of it was. */
function endlessMail(
  beginning: string,
  piece: Buffer,
  pieces: number,
): { raw: RawMail; given: () => number } {
  let given = 0;
  const content = function* (): Generator<Buffer> {
    yield Buffer.from(beginning);
    for (let index = 0; index < pieces; index++) {
      given++;
      yield piece;
    }
  };
  const raw = {
    size: 1,
    open: () => Readable.from(content(), { objectMode: false }),
    remove: async () => undefined,
  };
  return { raw, given: () => given };
}

describe('mail bombs', () => {
  it('ten thousand parts are read as far as they may, and the rest is not even read', async () => {
    const part = Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(100));
    const { raw, given } = endlessMail(`${mixed('b')}\r\n\r\n`, part, 100);
    const mail = await parseMail(raw, limits);
    expect(mail.parts).toHaveLength(limits.maxParts - 1);
    expect(mail.cut).toEqual(['parts']);
    expect(given()).toBeLessThan(10);
  });

  it('a thousand multiparts within one another are read down to the bound, and what follows them too', async () => {
    const levels = Array.from({ length: 1_000 }, (_, level) => [
      mixed(`b${level}`),
      '',
      `--b${level}`,
    ]).flat();
    const mail = await parseMail(mailOfLines(...levels, '', 'deep', '--b3', '', 'after', '--b0--'), limits);
    expect(mail.parts.map(({ text, within }) => [text, within.length])).toEqual([['after', 4]]);
    expect(mail.cut).toEqual(['depth']);
  });

  it.each([
    ['one line', `Subject: s\r\nX: ${'x'.repeat(3_000_000)}`],
    ['many lines', `Subject: s\r\n${'X: y\r\n'.repeat(500_000)}X: y`],
    ['lines that go on', `Subject: s\r\nX: y\r\n${' z\r\n'.repeat(700_000)} z`],
    ['no line of it whole', `Subject: s\r\n${'x'.repeat(3_000_000)}`],
  ])('of a header of megabytes, %s, the beginning is read', async (_, header) => {
    const mail = await parseMail(rawMail(`${header}\r\n\r\ntext`), limits);
    expect(mail.subject).toBe('s');
    expect(mail.cut).toEqual(['header']);
    expect(mail.parts.map(({ text }) => text)).toEqual(['text']);
  });

  it('headers of all parts together are bounded', async () => {
    const part = `--b\r\nX-Long: ${'x'.repeat(10_000)}\r\n\r\nt\r\n`;
    const mail = await parseMail(
      rawMail(`Subject: s\r\n${mixed('b')}\r\n\r\n${part.repeat(100)}--b--`),
      limits,
    );
    expect(mail.cut).toEqual(['header']);
    const kept = mail.parts.map(({ headers }) => (headers.first('x-long') ?? '').length);
    expect(kept.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(limits.maxHeaderBytes);
  });

  it('texts of all parts together are bounded, their sizes are not', async () => {
    const part = `--b\r\n\r\n${'ж'.repeat(100_000)}\r\n`;
    const mail = await parseMail(rawMail(`${mixed('b')}\r\n\r\n${part.repeat(4)}--b--`), limits);
    expect(mail.cut).toEqual(['text']);
    expect(mail.parts.map(({ size, text }) => [size, text?.length])).toEqual([
      [200_000, 100_000],
      [200_000, 31_072],
      [200_000, 0],
      [200_000, 0],
    ]);
  });

  it('a text that is cut within a letter ends before it', async () => {
    const mail = await parseMail(rawMail('\r\n\r\nжжж'), { ...limits, maxTextBytes: 5 });
    expect(mail.parts[0]?.text).toBe('жж');
    expect(mail.cut).toEqual(['text']);
  });

  it.each([
    ['a line of megabytes', 'a'.repeat(4_000_000)],
    ['dashes alone', '-'.repeat(4_000_000)],
    ['delimiters that are none', '--bx\r\n'.repeat(500_000)],
    ['empty lines', '\r\n'.repeat(1_000_000)],
    ['bare CRs', '\r'.repeat(2_000_000)],
    ['NULs', '\0'.repeat(2_000_000)],
  ])('%s pass', async (_, body) => {
    const mail = await parseMail(rawMail(`${mixed('b')}\r\n\r\n--b\r\n\r\n${body}\r\n--b--`), limits);
    expect(mail.parts.map(({ size }) => size)).toEqual([body.length]);
    expect(mail.cut).toEqual(['text']);
  });

  it('headers that lie about the size of a part change nothing', async () => {
    const lies = [
      'Content-Length: 3',
      'Lines: -1',
      'Content-Disposition: attachment; size=99999999999; filename=a',
    ];
    const mail = await parseMail(mailOfLines(...lies, '', 'twelve bytes'), limits);
    expect(mail.parts.map(({ size }) => size)).toEqual(['twelve bytes\r\n'.length]);
  });

  it('what is compressed stays so', async () => {
    const mail = await parseMail(
      mailOfLines('Content-Type: application/gzip', 'Content-Encoding: gzip', '', '\u001f\u008b'),
      limits,
    );
    expect(mail.parts.map(({ text }) => text)).toEqual([undefined]);
  });

  it.each([
    { maxParts: 1 },
    { maxDepth: 1 },
    { maxHeaderBytes: 1 },
    { maxTextBytes: 1 },
  ] satisfies Partial<ParseLimits>[])('the smallest bounds do no harm: %j', async (tight) => {
    const inner = ['--b', mixed('c'), '', '--c', '', 'text', '--c--', '--b', '', 'more', '--b--'];
    const mail = await parseMail(mailOfLines(mixed('b'), '', ...inner), { ...limits, ...tight });
    expect(mail.cut.length).toBeGreaterThan(0);
  });
});
