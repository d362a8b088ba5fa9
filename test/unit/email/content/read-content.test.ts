import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOptions } from '../../../../gateways/email/content/options.js';
import { type MailContent, readContent } from '../../../../gateways/email/content/read-content.js';
import type { ParsedMail } from '../../../../gateways/email/mail/parsed-mail.js';
import { type PartSource, partsMail, textMail } from '../../../support/email/read-mail.js';

const OPTIONS = contentOptions.parse({});
const read = async (mail: Promise<ParsedMail>, options = OPTIONS): Promise<MailContent> =>
  readContent(await mail, options);
const files = ({ attachments }: MailContent): (string | undefined)[] =>
  attachments.map(({ fileName }) => fileName);
const keys = ({ remarks }: MailContent): string[] => remarks.map(({ key }) => key);

const plain = (body: string): PartSource => ({ type: 'text/plain; charset=utf-8', body });
const html = (body: string): PartSource => ({ type: 'text/html; charset=utf-8', body });
const file = (type: string, name: string, body = 'data'): PartSource => ({
  type,
  headers: { 'Content-Disposition': `attachment; filename="${name}"` },
  body,
});
const picture = (id: string): PartSource => ({
  type: 'image/png',
  headers: { 'Content-ID': `<${id}>`, 'Content-Disposition': `inline; filename="${id}.png"` },
  body: 'png',
});
const mixed = (...body: PartSource[]): PartSource => ({ type: 'multipart/mixed', body });
const alternative = (...body: PartSource[]): PartSource => ({ type: 'multipart/alternative', body });
const related = (...body: PartSource[]): PartSource => ({ type: 'multipart/related', body });

describe('the text of a mail', () => {
  it('is that of a plain mail, whose marks mean nothing (F24)', async () => {
    const content = await read(textMail('Hello *Bob*\n\n-- \nAlice\n'));
    expect(content).toMatchObject({
      text: 'Hello *Bob*',
      styled: false,
      remarks: [],
      folded: { signature: '--\nAlice' },
      whole: 'Hello *Bob*\n\n--\nAlice',
    });
  });

  it('F27 is made of HTML where there is nothing else', async () => {
    expect(await read(textMail('<p>Hello <b>Bob</b></p>', {}, 'text/html'))).toMatchObject({
      text: 'Hello *Bob*',
      styled: true,
    });
    expect(await read(textMail('<p>Hello</p>', {}, 'text/html'))).toMatchObject({
      text: 'Hello',
      styled: false,
    });
  });

  it('is the plain one of two, unless that only says that there is HTML', async () => {
    const rich = html('<p>Rich words, and more of them than the apology has in its sentence about it.</p>');
    expect((await read(partsMail(alternative(plain('Plain words'), rich)))).text).toBe('Plain words');
    expect((await read(partsMail(alternative(plain(' \n'), rich)))).text).toContain('Rich words');
    expect(
      (await read(partsMail(alternative(plain('Your client does not display HTML.'), rich)))).text,
    ).toContain('Rich words');
    expect((await read(partsMail(alternative(plain('Learn HTML with us'), html('<p>x</p>'))))).text).toBe(
      'Learn HTML with us',
    );
  });

  it('is all of it where it comes in parts around a file, as Apple sends it', async () => {
    const content = await read(
      partsMail(mixed(plain('Before'), file('application/pdf', 'a.pdf'), plain('After'))),
    );
    expect(content.text).toBe('Before\n\nAfter');
    expect(files(content)).toEqual(['a.pdf']);
    const rich = await read(
      partsMail(
        alternative(plain('All'), mixed(html('<p>All</p>'), file('application/pdf', 'a.pdf'), html(''))),
      ),
    );
    expect(rich.text).toBe('All');
    expect(files(rich)).toEqual(['a.pdf']);
  });

  it('says that quoted text is left out, but not in chat mail', async () => {
    const reply = 'Yes.\n\nOn Mon, 4 May 2026, Bob <bob@example.net> wrote:\n> Tea?\n';
    const content = await read(textMail(reply));
    expect(content.text).toBe('Yes.');
    expect(content.folded.quotation).toContain('> Tea?');
    expect(content.whole).toBe(reply.trim());
    expect(keys(content)).toEqual(['email-quotation-left-out']);
    expect(keys(await read(textMail(reply, { 'Chat-Version': '1.0' })))).toEqual([]);
  });

  it('folds what Gmail, Apple and Outlook quote in HTML', async () => {
    const gmail =
      '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 4 May 2026 at 10:00, Bob &lt;<a href="mailto:bob@example.net">bob@example.net</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><div>Tea?</div></blockquote></div>';
    const outlook =
      '<p class="MsoNormal">Yes.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Bob &lt;bob@example.net&gt;<br><b>Sent:</b> Monday, May 4, 2026<br><b>To:</b> Alice<br><b>Subject:</b> Tea</p></div><p class="MsoNormal">Tea?</p>';
    for (const source of [gmail, outlook]) {
      const content = await read(textMail(source, {}, 'text/html'));
      expect(content).toMatchObject({ text: 'Yes.', styled: false });
      expect(content.folded.quotation).toContain('Tea?');
    }
  });

  it('is cut at its limit, and then comes whole as a file', async () => {
    const content = await read(textMail('word '.repeat(500)), contentOptions.parse({ textChars: 1_000 }));
    expect(content.text.length).toBeLessThanOrEqual(1_001);
    expect(content.text.endsWith('word…')).toBe(true);
    expect(files(content)).toEqual(['message.txt']);
    expect(keys(content)).toEqual(['email-text-cut']);
    const deep = await read(textMail(`${'<div>'.repeat(400)}deep`, {}, 'text/html'));
    expect(files(deep)).toEqual(['message.html']);
  });

  it('F06 is said to be none where there is nothing at all', async () => {
    expect(keys(await read(textMail('\n')))).toEqual(['email-no-text']);
    expect((await read(textMail('-- \nAlice'))).text).toBe('--\nAlice');
  });
});

describe('the files of a mail', () => {
  it('has inline pictures, but not those of what is quoted', async () => {
    const rich = related(
      html('<p>Look: <img src="cid:new"></p><blockquote>Before: <img src="cid:old"></blockquote>'),
      picture('new'),
      picture('old'),
      picture('unused'),
    );
    expect(files(await read(partsMail(rich)))).toEqual(['new.png', 'unused.png']);
    const both = await read(partsMail(alternative(plain('Look:\n\n> Before:'), rich)));
    expect(both.text).toBe('Look:');
    expect(files(both)).toEqual(['new.png', 'unused.png']);
  });

  it('has texts that are files, and names what has no name', async () => {
    const content = await read(
      partsMail(
        mixed(
          plain('See below.'),
          { type: 'text/x-patch; name="a.patch"', headers: { 'Content-Disposition': 'inline' }, body: '+x' },
          { type: 'message/rfc822', body: 'Subject: inner\n\ninner' },
        ),
      ),
    );
    expect(content.text).toBe('See below.');
    expect(files(content)).toEqual(['a.patch', 'message.eml']);
  });

  it('has winmail.dat, with a word on it', async () => {
    const content = await read(partsMail(mixed(plain('Hi'), file('application/ms-tnef', 'winmail.dat'))));
    expect(files(content)).toEqual(['winmail.dat']);
    expect(keys(content)).toEqual(['email-winmail']);
  });
});

describe('encrypted and signed mail', () => {
  it('marks OpenPGP, and attaches only what is encrypted', async () => {
    const content = await read(
      partsMail({
        type: 'multipart/encrypted; protocol="application/pgp-encrypted"',
        body: [
          { type: 'application/pgp-encrypted', body: 'Version: 1' },
          { type: 'application/octet-stream; name="encrypted.asc"', body: '-----BEGIN PGP MESSAGE-----' },
        ],
      }),
    );
    expect(content).toMatchObject({ text: '', encrypted: 'openpgp' });
    expect(files(content)).toEqual(['encrypted.asc']);
    expect(content.remarks).toEqual([{ key: 'email-encrypted-pgp', args: { file: 'encrypted.asc' } }]);
  });

  it('marks S/MIME, encrypted and wrapped', async () => {
    const wrapped = (type: string): Promise<MailContent> =>
      read(partsMail({ type: `application/pkcs7-mime; smime-type=${type}; name="smime.p7m"`, body: 'MIAG' }));
    expect(await wrapped('enveloped-data')).toMatchObject({ encrypted: 'smime' });
    const opaque = await wrapped('signed-data');
    expect(opaque.encrypted).toBeUndefined();
    expect(keys(opaque)).toEqual(['email-smime-wrapped']);
    expect(files(opaque)).toEqual(['smime.p7m']);
  });

  it('shows what is signed, without the signature', async () => {
    const content = await read(
      partsMail({
        type: 'multipart/signed; protocol="application/pgp-signature"',
        body: [plain('Signed words'), { type: 'application/pgp-signature; name="signature.asc"', body: 'x' }],
      }),
    );
    expect(content.text).toBe('Signed words');
    expect(files(content)).toEqual([]);
    expect(keys(content)).toEqual(['email-signature-unchecked']);
  });

  it('knows OpenPGP within a text', async () => {
    const encrypted = await read(
      textMail('For you:\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\nBye'),
    );
    expect(encrypted).toMatchObject({ text: 'For you:\nBye', encrypted: 'openpgp' });
    expect(files(encrypted)).toEqual(['encrypted.asc']);
    const signed = await read(
      textMail(
        '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- --dashed\nwords\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----',
      ),
    );
    expect(signed.text).toBe('--dashed\nwords');
    expect(keys(signed)).toEqual(['email-signature-unchecked']);
  });
});

const CALENDAR = (method: string, event: string, zone = ''): string =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:${method}\n${zone}BEGIN:VEVENT\nUID:1\nSUMMARY:Tea\\, with cake\n${event}\nEND:VEVENT\nEND:VCALENDAR\n`;
const invitation = (text: string): Promise<MailContent> =>
  read(
    partsMail(
      mixed(
        alternative(plain('You are invited'), {
          type: 'text/calendar; charset=utf-8; method=REQUEST',
          body: text,
        }),
        file('application/ics', 'invite.ics', text),
      ),
    ),
  );

describe('invitations', () => {
  it('are told line by line, in their time zone and in UTC, and attached once', async () => {
    const content = await invitation(
      CALENDAR(
        'REQUEST',
        'DTSTART;TZID=Europe/Berlin:20260504T140000\nDTEND;TZID=Europe/Berlin:20260504T150000\nLOCATION:Kitchen\nORGANIZER;CN=Alice:mailto:alice@example.org\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=5',
      ),
    );
    expect(content.text).toBe('You are invited');
    expect(files(content)).toEqual(['invite.ics']);
    expect(content.remarks).toEqual([
      { key: 'email-event-invitation', args: { title: 'Tea, with cake' } },
      {
        key: 'email-event-when-utc',
        args: { times: '2026-05-04 14:00 – 15:00 Europe/Berlin', utc: '2026-05-04 12:00 – 13:00' },
      },
      { key: 'email-event-weekly', args: { interval: 2, day: 'mo' } },
      { key: 'email-event-count', args: { count: 5 } },
      { key: 'email-event-where', args: { place: 'Kitchen' } },
      { key: 'email-event-organizer', args: { organizer: 'Alice <alice@example.org>' } },
    ]);
  });

  it('in a zone of their own, of days, and in UTC', async () => {
    const zone =
      'BEGIN:VTIMEZONE\nTZID:Customized Time\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n';
    const when = async (event: string): Promise<unknown> =>
      (await invitation(CALENDAR('PUBLISH', event, zone))).remarks[1]?.args;
    expect(await when('DTSTART;TZID=Customized Time:20260504T140000\nDURATION:PT1H30M')).toEqual({
      times: '2026-05-04 14:00 – 15:30 Customized Time',
      utc: '2026-05-04 12:00 – 13:30',
    });
    expect(await when('DTSTART;TZID=Customized Time:20261204T140000')).toMatchObject({
      utc: '2026-12-04 13:00',
    });
    expect(await when('DTSTART;TZID=Nowhere:20261204T140000')).toEqual({ times: '2026-12-04 14:00 Nowhere' });
    expect(await when('DTSTART:20260504T230000Z\nDTEND:20260505T010000Z')).toEqual({
      times: '2026-05-04 23:00 – 2026-05-05 01:00 UTC',
    });
    expect(await when('DTSTART;VALUE=DATE:20260504\nDTEND;VALUE=DATE:20260506')).toEqual({
      times: '2026-05-04 – 2026-05-05',
    });
  });

  it.each([
    ['REQUEST', 'SEQUENCE:2', 'email-event-updated', {}],
    ['CANCEL', 'STATUS:CANCELLED', 'email-event-cancelled', {}],
    [
      'REPLY',
      'ATTENDEE;CN=Bob;PARTSTAT=DECLINED:mailto:bob@example.net',
      'email-event-reply',
      { who: 'Bob <bob@example.net>', answer: 'declined' },
    ],
    ['COUNTER', 'STATUS:TENTATIVE', 'email-event-counter', {}],
    ['PUBLISH', 'STATUS:CONFIRMED', 'email-event', {}],
  ])('say what they are: %s', async (method, event, key, args) => {
    const [head] = (await invitation(CALENDAR(method, event))).remarks;
    expect(head).toEqual({ key, args: { title: 'Tea, with cake', ...args } });
  });

  it.each([
    'garbage',
    'BEGIN:VCALENDAR\n',
    CALENDAR('REQUEST', 'DTSTART:99999999T999999Z'),
    CALENDAR('REQUEST', 'DTSTART:20260504T140000\nRRULE:FREQ=SECONDLY;UNTIL=99990101'),
    CALENDAR(
      'REQUEST',
      'DTSTART;TZID=x:20260504T140000',
      'BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n',
    ),
    'BEGIN:VCALENDAR\n'.repeat(5_000),
    `BEGIN:VCALENDAR\nX;${'a=b;'.repeat(20_000)}:x\nEND:VCALENDAR`,
    CALENDAR('REQUEST', 'DTSTART:20260504T140000\n'.repeat(5_000)),
  ])('that are broken or hostile do no harm', async (text) => {
    expect(files(await invitation(text))).toEqual(['invite.ics']);
  });
});

describe('cards and faces', () => {
  const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(20)]).toString(
    'base64',
  );

  it('are told, attached, and the sender’s own photo is his picture', async () => {
    const card = (address: string): Promise<MailContent> =>
      read(
        partsMail(
          mixed(
            plain('My card'),
            file(
              'text/vcard',
              'alice.vcf',
              `BEGIN:VCARD\nVERSION:4.0\nFN:Alice\\, Example\nTEL;TYPE="voice,x:y":tel:+49123\nEMAIL:${address}\nPHOTO:data:image/png;base64,${PNG}\nEND:VCARD`,
            ),
          ),
        ),
      );
    const own = await card('Alice@example.org');
    expect(own.remarks).toEqual([
      { key: 'email-contact', args: { details: 'Alice, Example, +49123, alice@example.org' } },
    ]);
    expect(files(own)).toEqual(['alice.vcf']);
    expect(own.avatar?.type).toBe('image/png');
    expect((await card('carol@example.org')).avatar).toBeUndefined();
  });

  it('of old telephones are read', async () => {
    const old =
      'BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=\n=D0=B0=D0=BD=D0=BE=D0=B2=D0=B0;=D0=90=D0=BD=D0=BD=D0=B0;;;\nTEL;CELL:+7999\nEND:VCARD';
    const { remarks } = await read(partsMail(mixed(plain('x'), file('text/x-vcard', 'a.vcf', old))));
    expect(remarks[0]?.args?.details).toBe('Анна Иванова, +7999');
  });

  it('in a Face header are the sender’s, if they are pictures', async () => {
    expect((await read(textMail('x', { Face: PNG }))).avatar?.type).toBe('image/png');
    expect((await read(textMail('x', { Face: 'PHN2Zz4=' }))).avatar).toBeUndefined();
  });
});

describe('any mail', () => {
  it('is read without an error', async () => {
    const text = fc.constantFrom(
      'BEGIN:VCARD\nFN:x',
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR',
      '> a\nb',
      '-- \nc',
      '-----BEGIN PGP MESSAGE-----\nx',
      '<p>a<b>',
      '',
      'text',
      'From: a\nSent: b\nTo: c\n\nd',
    );
    const type = fc.constantFrom(
      'text/plain',
      'text/html',
      'text/calendar',
      'text/vcard',
      'application/pgp-encrypted',
      'application/octet-stream',
      'application/pkcs7-mime',
      'image/png',
      'message/rfc822',
      'application/pgp-signature',
    );
    const leaf = fc.record({ type, body: text });
    const parts = fc.record({
      type: fc.constantFrom(
        'multipart/mixed',
        'multipart/alternative',
        'multipart/related',
        'multipart/signed',
        'multipart/encrypted',
      ),
      body: fc.array(
        fc.oneof(
          leaf,
          fc.record({ type: fc.constant('multipart/alternative'), body: fc.array(leaf, { maxLength: 3 }) }),
        ),
        { maxLength: 5 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(parts, async (part) => {
        const content = await read(partsMail(part));
        expect(content.text !== '' || content.attachments.length > 0 || content.remarks.length > 0).toBe(
          true,
        );
      }),
    );
  });
});
