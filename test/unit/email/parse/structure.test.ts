import { describe, expect, it } from 'vitest';
import { parseLimits } from '../../../../gateways/email/mail/options.js';
import { parseMail } from '../../../../gateways/email/mail/parse-mail.js';
import type { ParsedMail } from '../../../../gateways/email/mail/parsed-mail.js';
import { mailOfLines } from '../../../support/email/raw-mail.js';

const limits = parseLimits.parse({});
const read = (...lines: readonly string[]) => parseMail(mailOfLines(...lines), limits);
const texts = (mail: ParsedMail) => mail.parts.map(({ text }) => text);
const mixed = 'Content-Type: multipart/mixed; boundary=b';

describe('parts of a mail', () => {
  it('of no particular kind are one text', async () => {
    const mail = await read('Subject: s', '', 'text');
    expect(mail).toMatchObject({ subject: 's', type: 'text/plain', typeParameters: {}, cut: [] });
    expect(texts(mail)).toEqual(['text\n']);
  });

  it.each([
    ['text/plain', undefined, 'text'],
    ['text/html', 'inline', 'text'],
    ['text/html', 'attachment', undefined],
    ['text/csv', 'attachment; filename=a.csv', undefined],
    ['text/calendar; method=REQUEST', 'attachment; filename=a.ics', 'text'],
    ['text/x-vcard', 'attachment', 'text'],
    ['message/delivery-status', 'attachment', 'text'],
    ['message/global-delivery-status', undefined, 'text'],
    ['text/rfc822-headers', 'attachment', 'text'],
    ['application/pdf', 'inline', undefined],
    ['message/rfc822', undefined, undefined],
  ])('%s, %s: the text is %s', async (type, disposition, text) => {
    const mail = await read(
      `Content-Type: ${type}`,
      ...(disposition ? [`Content-Disposition: ${disposition}`] : []),
      '',
      'text',
    );
    expect(texts(mail)).toEqual([text === undefined ? undefined : 'text\n']);
  });

  it.each([
    ['garbage', undefined, 'text/plain'],
    ['text', undefined, 'text/plain'],
    ['', 'attachment', 'application/octet-stream'],
    ['a/b/c', undefined, 'text/plain'],
    [`${'x'.repeat(200)}/y`, undefined, 'text/plain'],
    ['TEXT/Plain (comment); charset=utf-8', undefined, 'text/plain'],
    ['image/svg+xml', undefined, 'image/svg+xml'],
  ])('of type %j and disposition %s are %s', async (type, disposition, expected) => {
    const mail = await read(`Content-Type: ${type}`, `Content-Disposition: ${disposition ?? ''}`, '', 'x');
    expect(mail.parts.map((part) => part.type)).toEqual([expected]);
  });

  it('tell what encloses them, and which alternative they belong to', async () => {
    const mail = await read(
      mixed,
      '',
      '--b',
      'Content-Type: multipart/alternative; boundary=c',
      '',
      '--c',
      '',
      'plain',
      '--c',
      'Content-Type: multipart/related; boundary=d',
      '',
      '--d',
      'Content-Type: text/html',
      '',
      'html',
      '--d',
      'Content-Type: image/png',
      'Content-ID: <pic@x>',
      '',
      'png',
      '--d--',
      '--c--',
      '--b',
      '',
      'after',
      '--b--',
    );
    expect(mail.parts.map(({ within, alternative, branch }) => ({ within, alternative, branch }))).toEqual([
      { within: ['multipart/mixed', 'multipart/alternative'], alternative: 1, branch: 0 },
      {
        within: ['multipart/mixed', 'multipart/alternative', 'multipart/related'],
        alternative: 1,
        branch: 1,
      },
      {
        within: ['multipart/mixed', 'multipart/alternative', 'multipart/related'],
        alternative: 1,
        branch: 1,
      },
      { within: ['multipart/mixed'], alternative: undefined, branch: undefined },
    ]);
    expect(mail.parts[2]).toMatchObject({ contentId: 'pic@x' });
  });

  it('have their own headers, in any case, decoded', async () => {
    const mail = await read(
      'X-Name: whole',
      mixed,
      '',
      '--b',
      'x-name: =?utf-8?Q?p=C3=A4rt?=',
      'X-NAME: twice',
      '',
      '--b--',
    );
    expect(mail.headers.all('x-name')).toEqual(['whole']);
    expect(mail.parts[0]?.headers.all('X-Name')).toEqual(['pärt', 'twice']);
    expect(mail.parts[0]?.headers.first('x-other')).toBeUndefined();
    for (const name of ['__proto__', 'constructor', 'toString']) expect(mail.headers.all(name)).toEqual([]);
  });

  it('a mail that a report gives back shows its header alone', async () => {
    const report = ['Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b'];
    const mail = await read(
      ...report,
      'Content-Type: message/rfc822',
      '',
      'Message-ID: <a@b>',
      'X: y',
      '',
      'body',
    );
    expect(texts(mail)).toEqual(['Message-ID: <a@b>\nX: y\n']);
    expect(mail.cut).toEqual([]);
  });
});

describe('boundaries', () => {
  it.each(['--b', '--b ', '--b\t  '])('%j parts', async (delimiter) => {
    expect(texts(await read(mixed, '', delimiter, '', 'one', delimiter, '', 'two', '--b--'))).toEqual([
      'one',
      'two',
    ]);
  });

  it.each(['--bb', '---b', ' --b', '--b-', '--B', '--', '-- b', '> --b'])('%j does not', async (line) => {
    expect(texts(await read(mixed, '', '--b', '', 'one', line, 'two', '--b--'))).toEqual([
      `one\n${line}\ntwo`,
    ]);
  });

  it('the line end before one belongs to it, others to the part', async () => {
    expect(texts(await read(mixed, '', '--b', '', '--b', '', '', '--b', '', 'x', '', '--b--'))).toEqual([
      '',
      '',
      'x\n',
    ]);
  });

  it('of an outer multipart end the inner ones, also within a header', async () => {
    const inner = 'Content-Type: multipart/alternative; boundary=c';
    expect(
      texts(await read(mixed, '', '--b', inner, '', '--c', '', 'one', '--b', inner, '--b', '', 'three')),
    ).toEqual(['one', 'three\n']);
  });

  it('the same in two levels count for the inner one', async () => {
    const mail = await read(
      mixed,
      '',
      '--b',
      mixed,
      '',
      '--b',
      '',
      'one',
      '--b--',
      '--b',
      '',
      'two',
      '--b--',
    );
    expect(mail.parts.map(({ text, within }) => [text, within.length])).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
  });

  it('what stands before the first and after the last is left out', async () => {
    expect(
      texts(await read(mixed, '', 'before', '--b', '', 'one', '--b--', 'after', '--b', '', 'no more')),
    ).toEqual(['one']);
  });

  it.each([
    'multipart/mixed',
    'multipart/mixed; boundary=""',
    `multipart/mixed; boundary=${'x'.repeat(300)}`,
  ])('there are none by %s: all of it is text', async (type) => {
    expect(texts(await read(`Content-Type: ${type}`, '', '--', 'text'))).toEqual(['--\ntext\n']);
  });

  it('that end before they began part all the same', async () => {
    expect(texts(await read(mixed, '', '--b--', '--b', '', 'one', '--b--'))).toEqual(['one']);
  });

  it.each(['\u00e4\u00f6', 'a b', "'()+_,-./:=?", '--', 'b--'])('of %j are found', async (boundary) => {
    const type = `Content-Type: multipart/mixed; boundary="${boundary}"`;
    expect(texts(await read(type, '', `--${boundary}`, '', 'one', `--${boundary}--`))).toEqual(['one']);
  });
});

describe('headers that are none', () => {
  it.each([
    [['From: a@b.org', 'no field', 'Subject: s', '', 'text'], 's', 'text\n'],
    [
      ['From: a@b.org', 'Subject: s', 'text without an empty line', 'more'],
      's',
      'text without an empty line\nmore\n',
    ],
    [['', '', 'Subject: s', '', 'text'], 's', 'text\n'],
    [['From a@b.org Mon Jan  1 00:00:00 2001', 'Subject: s', '', 'text'], 's', 'text\n'],
    [['no header at all', '', 'but text'], '', 'no header at all\n\nbut text\n'],
    [['Subject: s'], 's', ''],
    [['Subject:', ' folded', '\tvalue', '', 'text'], 'folded value', 'text\n'],
    [[' continues nothing', 'Subject: s', '', 'text'], 's', 'text\n'],
    [['Subject : s', ': nameless', '', 'text'], 's', 'text\n'],
  ])('%j', async (lines, subject, text) => {
    const mail = await read(...lines);
    expect([mail.subject, ...texts(mail)]).toEqual([subject, text]);
  });

  it('nothing at all is an empty mail', async () => {
    expect(await read()).toMatchObject({
      subject: '',
      parts: [{ type: 'text/plain', text: '', size: 0 }],
      cut: [],
    });
  });
});
