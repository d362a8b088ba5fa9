import fc from 'fast-check';
import iconv from 'iconv-lite';
import { corpusBytes, corpusNames } from '../../support/email/corpus.js';
import { hostileText } from '../stanza/arbitraries.js';

const corpus = corpusNames.map(corpusBytes);

/** What mails are broken with: pieces of their own grammar, and bytes of no grammar at all. */
const splinter = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  hostileText.map((text) => Buffer.from(text)),
  fc
    .constantFrom(
      '\r\n',
      '\n',
      '\r',
      '\r\n\r\n',
      '\0',
      '--b\r\n',
      '\r\n--b--\r\n',
      '\r\n ',
      '=',
      '=?utf-8?B?',
      '?=',
      '=?koi8-r?Q?=F0=D2_?=',
      'Content-Type: multipart/mixed; boundary=b\r\n',
      'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n',
      'Content-Type: message/rfc822\r\n',
      'Content-Type: text/html\r\n',
      'Content-Type: text/plain; format=flowed; delsp=yes; charset=iso-2022-jp\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      'Content-Transfer-Encoding: quoted-printable\r\n',
      "Content-Disposition: attachment; filename*0*=utf-8''%00%2F; filename*1=\r\n",
      'Message-ID: <\u202e a@b>\r\n',
      'To: a:b,<c@d>;(\r\n',
      'Subject: x\rBcc: y\r\n',
    )
    .map((text) => Buffer.from(text)),
);

/** One change to a mail; places are parts of its length. */
const change = fc.record({
  kind: fc.constantFrom('cut', 'repeat', 'insert', 'replace', 'end'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 200 }),
  splinter,
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(mail: Buffer, { kind, at, length, splinter }: Change): Buffer {
  const from = Math.floor(at * mail.length);
  const to = Math.min(mail.length, from + length);
  const [before, piece, after] = [mail.subarray(0, from), mail.subarray(from, to), mail.subarray(to)];
  if (kind === 'cut') return Buffer.concat([before, after]);
  if (kind === 'repeat') return Buffer.concat([before, piece, piece, after]);
  if (kind === 'insert') return Buffer.concat([before, splinter, piece, after]);
  if (kind === 'replace') return Buffer.concat([before, splinter, after]);
  return before;
}

/** A mail of the corpus, broken in some places; or the head of one with the tail of another. */
const brokenMail = fc
  .record({
    whole: fc.constantFrom(...corpus),
    other: fc.option(fc.constantFrom(...corpus)),
    changes: fc.array(change, { maxLength: 6 }),
  })
  .map(({ whole, other, changes }) => {
    const half = Math.floor(whole.length / 2);
    const start = other === null ? whole : Buffer.concat([whole.subarray(0, half), other.subarray(half)]);
    return changes.reduce(changed, start);
  });

/** Text in a charset under the name of another. */
const lyingMail = fc
  .record({
    text: fc.oneof(hostileText, fc.constantFrom('Добрый день', '会議は明日です', 'Ünïcödé')),
    real: fc.constantFrom('koi8-r', 'windows-1251', 'utf8', 'utf16le', 'gb18030', 'big5', 'cp932', 'utf-7'),
    declared: fc.oneof(
      fc.constantFrom(
        'utf-8',
        'us-ascii',
        'koi8-r',
        'big5',
        'gb2312',
        'iso-2022-jp',
        'utf-16',
        'utf-7',
        'x-user',
      ),
      fc.string({ maxLength: 12 }),
    ),
  })
  .map(({ text, real, declared }) => {
    const bytes = iconv.encode(text, real);
    const header = `Content-Type: text/plain; charset="${declared}"; format=flowed\r\n`;
    const encoded = `=?${declared}?B?${bytes.toString('base64')}?=`;
    const head = Buffer.from(`From: ${encoded} <a@example.org>\r\nMessage-ID: <a@b>\r\n${header}Subject: `);
    return Buffer.concat([head, bytes, Buffer.from('\r\n\r\n'), bytes]);
  });

/** Bytes that claim to be a mail. */
export const anyMail: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: brokenMail },
  { weight: 2, arbitrary: fc.array(splinter, { maxLength: 60 }).map((pieces) => Buffer.concat(pieces)) },
  { weight: 2, arbitrary: lyingMail },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)) },
);
