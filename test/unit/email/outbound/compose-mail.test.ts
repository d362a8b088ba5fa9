import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text as textOf } from 'node:stream/consumers';
import fc from 'fast-check';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Draft } from '../../../../gateways/email/mail/draft.js';
import { Spool } from '../../../../gateways/email/mail/spool.js';
import { composeMail } from '../../../../gateways/email/outbound/compose-mail.js';
import type { OutboundAttachment } from '../../../../src/gateway/attachment.js';
import { GatewayError } from '../../../../src/gateway/error.js';

let folder: string;
let spool: Spool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-compose-'));
  spool = new Spool(join(folder, 'spool'), {
    maxBytes: 60_000_000,
    totalBytes: 200_000_000,
    memoryBytes: 262_144,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const plain: Draft = {
  messageId: 'one@mail.example.org',
  from: { address: 'romeo@mail.example.org', name: 'Romeo' },
  to: [{ address: 'juliet@example.com' }],
  subject: 'Balcony',
  text: 'Tonight?',
  attachments: [],
  date: Date.UTC(2026, 0, 2, 3, 4, 5),
};

const file = (content: string | Buffer, name = 'a.bin', mediaType = 'application/octet-stream') => ({
  name,
  mediaType,
  size: content.length,
  open: async () => Readable.from([Buffer.from(content)]),
});

async function written(draft: Partial<Draft>): Promise<string> {
  const mail = await composeMail({ ...plain, ...draft }, spool);
  const bytes = await buffer(mail.open());
  expect(bytes.length).toBe(mail.size);
  await mail.remove();
  return bytes.toString('latin1');
}
const parsed = async (draft: Partial<Draft>): Promise<Email> =>
  PostalMime.parse(Buffer.from(await written(draft), 'latin1'));

function contentOf({ attachments }: Email, index: number): Buffer {
  const content = attachments[index]?.content;
  if (content === undefined || typeof content === 'string') throw new Error('no bytes');
  return Buffer.from(content as ArrayBuffer);
}

/** Names of the header fields, by RFC 5322 §2.2 alone. */
function fieldsOf(mail: string): readonly string[] {
  const head = mail.slice(0, mail.indexOf('\r\n\r\n'));
  return head
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map((field) => field.slice(0, field.indexOf(':')));
}

describe('a mail as it goes out', () => {
  it('is text with flowed lines, its own id and date, and nothing that was not asked for', async () => {
    expect(await written({})).toBe(
      [
        'Date: Fri, 02 Jan 2026 03:04:05 +0000',
        'Message-ID: <one@mail.example.org>',
        'From: Romeo <romeo@mail.example.org>',
        'To: juliet@example.com',
        'Subject: Balcony',
        'Content-Transfer-Encoding: 7bit',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no',
        '',
        'Tonight?',
        '',
      ].join('\r\n'),
    );
  });

  it('F27 names its ancestors, the first and the last ones where there are too many', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `id-${index}@lists.example.org`);
    const mail = await written({ inReplyTo: 'id-200@lists.example.org', references: ids });
    const { references = '', inReplyTo } = await PostalMime.parse(Buffer.from(mail, 'latin1'));
    expect(inReplyTo).toBe('<id-200@lists.example.org>');
    const named = references.split(' ');
    expect(named[0]).toBe('<id-0@lists.example.org>');
    expect(named.slice(-2)).toEqual(['<id-199@lists.example.org>', '<id-200@lists.example.org>']);
    expect(named.length).toBeGreaterThan(20);
    expect(references.length).toBeLessThanOrEqual(998);
  });

  it('carries HTML made from the styling beside the text when the user wants it', async () => {
    const mail = await parsed({ text: '*Tonight*?\n> sure', html: true });
    expect(mail.text).toContain('*Tonight*?');
    expect(mail.html).toContain('<strong>Tonight</strong>');
    expect(await written({ text: '*x*', html: true, unstyled: true })).not.toContain('<strong>');
  });

  it('carries files after the text with their names and bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index % 256));
    const mail = await parsed({
      html: true,
      attachments: [
        file(bytes, 'Фото "рассвет".jpg', 'image/jpeg'),
        file('second', '../../etc/passwd', 'text/plain; charset=x\r\nX: y'),
        file('From: x\r\n\r\n.', 'forwarded.eml', 'message/rfc822'),
      ],
    });
    expect(mail.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
      ['Фото "рассвет".jpg', 'image/jpeg'],
      ['.._.._etc_passwd', 'text/plain'],
      ['forwarded.eml', 'application/octet-stream'],
    ]);
    expect(contentOf(mail, 0)).toEqual(bytes);
    expect(contentOf(mail, 2).toString()).toBe('From: x\r\n\r\n.');
    expect(mail.html).toContain('<p>Tonight?</p>');
  });

  it('a file without words is a mail of its own', async () => {
    const mail = await parsed({ text: '', attachments: [file('x', 'x.txt', 'text/plain')] });
    expect(mail.attachments).toHaveLength(1);
    expect(mail.text).toBeUndefined();
  });

  it('F28 says of itself that no person has written it', async () => {
    expect(await written({ automatic: true })).toContain('\r\nAuto-Submitted: auto-generated\r\n');
    expect(await written({ automatic: true, inReplyTo: 'a@b' })).toContain(
      '\r\nAuto-Submitted: auto-replied\r\n',
    );
  });

  it('keeps letters beyond Latin ones in addresses, which is what SMTPUTF8 is for, and encodes names', async () => {
    const mail = await composeMail(
      { ...plain, to: [{ address: 'иван@xn--e1afmkfd.xn--p1ai', name: 'Иван' }] },
      spool,
    );
    const read = await textOf(mail.open());
    expect(read).toContain('иван@');
    expect(read).toContain('=?UTF-8?B?');
    const { to } = await PostalMime.parse(read);
    expect(to).toMatchObject([{ name: 'Иван' }]);
  });

  it.each([
    ['from', { from: { address: 'a@b.example\r\nBcc: c@d.example' } }],
    ['to', { to: [{ address: 'a@b.example, c@d.example' }] }],
    ['cc', { cc: [{ address: '<a@b.example>' }] }],
  ])('F26 refuses an address in %s that is none', async (_field, draft) => {
    await expect(composeMail({ ...plain, ...draft }, spool)).rejects.toMatchObject({ code: 'bad-address' });
  });

  it('F26 refuses a Message-ID that is none', async () => {
    for (const messageId of ['', 'a b@c', 'a>\r\nX: <b@c', 'ä@b', `${'a'.repeat(600)}@b`])
      await expect(composeMail({ ...plain, messageId }, spool)).rejects.toBeInstanceOf(TypeError);
  });

  it('fails with what reading a file fails with, and leaves nothing behind', async () => {
    const gone = new GatewayError('not-found', { key: 'gone' });
    const failing: OutboundAttachment[] = [
      { ...file('x'), open: () => Promise.reject(gone) },
      {
        ...file('x'),
        open: async () =>
          Readable.from(
            (async function* () {
              yield Buffer.alloc(400_000);
              throw gone;
            })(),
          ),
      },
    ];
    const used = spool.used;
    for (const attachment of failing)
      await expect(composeMail({ ...plain, attachments: [attachment] }, spool)).rejects.toBe(gone);
    expect(spool.used).toBe(used);
  });

  it('can be tried again when a file breaks off', async () => {
    const open = async () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(10);
          throw new Error('socket hang up');
        })(),
      );
    await expect(
      composeMail({ ...plain, attachments: [{ ...file('x'), open }] }, spool),
    ).rejects.toMatchObject({ outcome: 'not-sent', retryable: true });
  });

  it('stops reading a file when the mail is too large', async () => {
    const small = new Spool(join(folder, 'small'), {
      maxBytes: 100_000,
      totalBytes: 1e6,
      memoryBytes: 1_000,
    });
    const source = Readable.from(
      (async function* () {
        for (;;) yield Buffer.alloc(10_000);
      })(),
    );
    const attachment = { ...file('x'), open: async () => source };
    await expect(composeMail({ ...plain, attachments: [attachment] }, small)).rejects.toMatchObject({
      code: 'too-long',
    });
    expect(small.used).toBe(0);
    if (!source.closed) await new Promise((resolve) => source.once('close', resolve));
  });

  it('breaks long values of extra headers, as pictures of chat mail are', async () => {
    const picture = Buffer.alloc(9_000, 'picture').toString('base64');
    const mail = await written({ headers: { 'Chat-User-Avatar': `base64:${picture}` } });
    expect(Math.max(...mail.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    const { headers } = await PostalMime.parse(Buffer.from(mail, 'latin1'));
    const avatar = headers.find(({ key }) => key === 'chat-user-avatar')?.value;
    expect(avatar?.replaceAll(' ', '')).toBe(`base64:${picture}`);
  });
});

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '\r\n',
          '\n',
          '\r',
          '\0',
          '\u2028',
          '\u0085',
          '\x1b',
          '\t',
          '\ud800',
          '=?',
          '?=',
          '=?utf-8?Q?=0D=0ABcc:_x?=',
        ],
        ...[
          'Bcc: x@y.example',
          '\r\n\r\n',
          '"',
          '\\',
          '<',
          '>',
          ',',
          ';',
          ':',
          '(',
          ')',
          '@',
          ' ',
          '🎈',
          'ж',
          'a',
        ],
        ...['--', '\r\n.\r\n', '=0A', '%0D%0A', "*0*=utf-8''", 'x'.repeat(120)],
      ),
      fc.string({ unit: 'binary', maxLength: 10 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

describe('F26 whatever a draft holds', () => {
  it('exactly the headers come out that are meant to, and all lines end with CRLF', async () => {
    const drafts = fc.record({
      subject: nasty,
      text: nasty,
      html: fc.boolean(),
      unstyled: fc.boolean(),
      names: fc.tuple(nasty, nasty, nasty),
      inReplyTo: maybe(nasty),
      references: fc.array(nasty, { maxLength: 3 }),
      headers: fc.dictionary(fc.oneof(nasty, fc.constantFrom('Bcc', 'X-One', 'Chat-Version', 'to')), nasty, {
        maxKeys: 3,
      }),
      attachment: maybe(fc.record({ name: nasty, mediaType: nasty, content: nasty })),
      automatic: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(drafts, async ({ names, attachment, inReplyTo, ...rest }) => {
        const [from, to, cc] = names;
        const mail = await written({
          ...rest,
          from: { address: 'a@one.example', name: from },
          to: [{ address: 'b@two.example', name: to }],
          cc: [{ address: 'c@three.example', name: cc }],
          ...(inReplyTo !== undefined && { inReplyTo }),
          attachments: attachment ? [file(attachment.content, attachment.name, attachment.mediaType)] : [],
        });
        expect(mail.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
        const known =
          /^(Date|Message-ID|From|To|Cc|Subject|In-Reply-To|References|Auto-Submitted|Content-Transfer-Encoding|MIME-Version|Content-Type)$/;
        const extra = Object.keys(rest.headers).map((name) => name.toLowerCase());
        const fields = fieldsOf(mail);
        for (const field of fields.filter((name) => !known.test(name))) {
          expect(field).toMatch(/^[A-Za-z][A-Za-z0-9-]*$/);
          expect(field).not.toMatch(/^bcc$/i);
          expect(extra).toContain(field.toLowerCase());
        }
        expect(new Set(fields).size).toBe(fields.length);
        const read = await PostalMime.parse(Buffer.from(mail, 'latin1'));
        const addresses = [read.from, read.to, read.cc].map((field) =>
          [field ?? []].flat().map(({ address }) => address),
        );
        expect(addresses).toEqual([['a@one.example'], ['b@two.example'], ['c@three.example']]);
        expect(read.bcc).toBeUndefined();
        // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
        expect(read.subject ?? '').not.toMatch(/[\x00-\x1f\x7f]/);
        expect(read.attachments.map((_, index) => contentOf(read, index))).toEqual(
          attachment ? [Buffer.from(attachment.content)] : [],
        );
      }),
      { numRuns: 400 },
    );
  });

  it('subjects and names come back as they were, as one line', async () => {
    const words = fc
      .array(fc.constantFrom('слово', 'word', '=?utf-8?Q?=41?=', '"q"', 'a,b', '日本語', 'x@y', '(c)'), {
        minLength: 1,
        maxLength: 12,
      })
      .map((all) => all.join(' '));
    await fc.assert(
      fc.asyncProperty(words, words, async (subject, name) => {
        const read = await parsed({ subject, from: { address: 'a@one.example', name } });
        expect(read.subject).toBe(subject);
        expect(read.from?.name).toBe(name.slice(0, 150).replaceAll('=?', '= ?').trim());
      }),
      { numRuns: 200 },
    );
  });
});
