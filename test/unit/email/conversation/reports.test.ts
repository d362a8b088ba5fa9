import { describe, expect, it } from 'vitest';
import type { ContactId } from '../../../../src/gateway/ids.js';
import { MailStage, mailText, OWN, OWN_DOMAIN } from '../../../support/email/mail-stage.js';

const alice = 'alice@far.example';
const bob = 'bob@far.example';
const KEY = '0190a1b2-0000-7000-8000-000000000001';

function report(type: string, fields: string, original: string): string {
  const headers = {
    From: 'Mail Delivery System <mailer-daemon@far.example>',
    'MIME-Version': '1.0',
    'Content-Type': `multipart/report; report-type=${type}; boundary=b`,
    'Return-Path': '<>',
    Subject: 'Undelivered',
  };
  const body = [
    '--b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n',
    `--b\nContent-Type: message/${type}\n\n${fields}\n`,
    `--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <${original}>\nFrom: ${OWN}\n--b--`,
  ].join('');
  return mailText(headers, body);
}

const failed = (address: string): string =>
  `Final-Recipient: rfc822;${address}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n`;
const status = (...recipients: string[]): string =>
  `Reporting-MTA: dns;far.example\n\n${recipients.join('\n')}`;

describe('a report', () => {
  it('F05 F28 of a failure is an error of the very message, and no message itself', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    expect(await stage.receive(report('delivery-status', status(failed(alice)), id))).toBe('delivered');
    expect(stage.host.events).toEqual([]);
    expect(stage.host.reports).toMatchObject([{ message: id, outcome: 'failed' }]);
    const [event] = stage.ofType('delivery-report');
    expect(event?.error?.text).toMatchObject({ key: 'email-failed-unknown', args: { address: alice } });
  });

  it('F05 on a mail of several messages is about each of them', async () => {
    const stage = new MailStage();
    const target = { kind: 'contact', id: alice as ContactId } as const;
    await stage.session.sendTogether(target, [{ text: 'one', key: KEY }, { text: 'two' }]).accepted;
    await stage.receive(report('delivery-status', status(failed(alice)), `${KEY}@home.example`));
    expect(stage.ofType('delivery-report').map(({ message }) => message)).toEqual([
      `${KEY}@home.example#1`,
      `${KEY}@home.example#2`,
    ]);
  });

  it('F29 of one of several recipients is told in words; all of them failed is a failure', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ To: `${OWN}, ${bob}` }));
    const [{ room } = { room: '' }] = stage.ofType('room-message');
    const [id = ''] = await stage.say(room, 'hi', { key: KEY });
    await stage.receive(report('delivery-status', status(failed(bob)), id));
    expect(stage.ofType('user-notice')).toMatchObject([{ text: { key: 'email-failed-unknown' } }]);
    expect(stage.ofType('delivery-report')).toEqual([]);
    await stage.receive(report('delivery-status', status(failed(alice)), id));
    expect(stage.ofType('delivery-report')).toMatchObject([{ message: id, outcome: 'failed' }]);
  });

  it('S17 without end on one mail is not told without end', async () => {
    const stage = new MailStage({}, { conversation: { stormMails: 3 } });
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    const delayed = `Final-Recipient: rfc822;${alice}\nAction: delayed\nStatus: 4.4.1\n`;
    const mail = report('delivery-status', status(delayed), id);
    for (let at = 0; at < 6; at++) expect(await stage.receive(mail)).toBe('delivered');
    expect(stage.ofType('user-notice')).toHaveLength(3);
    expect(stage.ofType('direct-message')).toEqual([]);
  });

  it('S14 about nobody whom the mail went to changes nothing', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    await stage.receive(report('delivery-status', status(failed('eve@evil.example')), id));
    expect(stage.host.events).toEqual([]);
  });

  it('S14 on a mail that is not known is mail of a program, which only he sees who wants all', async () => {
    const unknown = report('delivery-status', status(failed(alice)), 'x@y.example');
    expect(await new MailStage().receive(unknown)).toBe('left-out');
    const stage = new MailStage({ show: 'everything' });
    expect(await stage.receive(unknown)).toBe('delivered');
    expect(stage.ofType('direct-message')).toMatchObject([
      { from: 'mailer-daemon@far.example', automatic: true },
    ]);
  });

  it('F05 that came to the return path of a mail is about that one', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    await stage.receive(report('delivery-status', status(failed(alice)), 'x@y.example'), {
      ...{ way: 'domain', recipient: 'bounce+x@mail.example.org', reportOn: id, authenticity: 'none' },
    });
    expect(stage.ofType('delivery-report')).toMatchObject([{ message: id, outcome: 'failed' }]);
  });

  it('F05 that came there may name the address that the mail was passed on to, or none', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    const origin = {
      way: 'domain',
      recipient: 'bounce+x@mail.example.org',
      reportOn: id,
      returnPath: '',
    } as const;
    await stage.receive(
      report('delivery-status', status(failed('al@elsewhere.example')), 'x@y.example'),
      origin,
    );
    const words = mailText(
      { From: 'MAILER-DAEMON@far.example', Subject: 'Oh dear' },
      'Something has gone wrong.\n\nThe disk is on fire.',
    );
    await stage.receive(words, origin);
    expect(stage.ofType('delivery-report')).toMatchObject([
      { message: id, outcome: 'failed', error: { text: { args: { address: alice } } } },
      { message: id, outcome: 'failed', error: { text: { args: { address: alice } } } },
    ]);
    expect(stage.ofType('delivery-report')[1]?.error?.text.args?.answer).toContain('The disk is on fire.');
  });

  it('S14 to somebody’s own address of the gateway’s domain may be made up, and is only shown', async () => {
    const stage = new MailStage({ show: 'everything' });
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    await stage.receive(report('delivery-status', status(failed(alice)), id), {
      ...{ way: 'domain', recipient: OWN_DOMAIN, authenticity: 'none' },
    });
    expect(stage.ofType('delivery-report')).toEqual([]);
    expect(stage.ofType('direct-message')).toHaveLength(1);
  });

  it('F28 of several recipients that names nobody, and an absence, are shown', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ To: `${OWN}, ${bob}` }));
    const [{ room } = { room: '' }] = stage.ofType('room-message');
    const [id = ''] = await stage.say(room, 'hi', { key: KEY });
    const origin = {
      way: 'domain',
      recipient: 'bounce+x@mail.example.org',
      reportOn: id,
      returnPath: '',
    } as const;
    await stage.receive(mailText({ From: 'mailer-daemon@far.example', Subject: 'Oh dear' }), origin);
    await stage.receive(mailText({ Subject: 'Out of office', 'Auto-Submitted': 'auto-replied' }), origin);
    expect(stage.ofType('delivery-report')).toEqual([]);
    expect(stage.ofType('direct-message')).toHaveLength(2);
  });

  it('F14 that a mail was read is a marker', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    const fields = `Final-Recipient: rfc822;${alice}\nOriginal-Message-ID: <${id}>\nDisposition: manual-action/MDN-sent-automatically; displayed\n`;
    const mail = report('disposition-notification', fields, id).replace(/From: Mail.*/, `From: ${alice}`);
    await stage.receive(mail);
    expect(stage.ofType('displayed')).toEqual([{ type: 'displayed', contact: alice, upTo: id }]);
    expect(stage.ofType('direct-message')).toEqual([]);
    await stage.receive(mail.replace(/From: .*/, 'From: eve@evil.example'));
    await stage.receive(mail, { authenticity: 'fail' });
    expect(stage.ofType('displayed')).toHaveLength(1);
  });
});

describe('what the server of a mailbox says of an author', () => {
  it.each([
    ['mx.home.example; dmarc=fail header.from=far.example', true],
    ['mx.home.example; dmarc=pass header.from=far.example', false],
    ['mx.evil.example; dmarc=fail header.from=far.example', false],
  ])('%s', async (results, marked) => {
    const stage = new MailStage();
    await stage.receive(mailText({ 'Authentication-Results': results }), { authenticity: 'none' });
    const [message] = stage.ofType('direct-message');
    expect(message?.remarks?.some(({ key }) => key === 'email-remark-unverified') ?? false).toBe(marked);
  });
});

describe('mail of programs', () => {
  it('F28 an absence that answers the user is shown, marked, in its conversation', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    await stage.receive(
      mailText({ 'Auto-Submitted': 'auto-replied', 'In-Reply-To': `<${id}>`, Subject: 'Out of office' }),
    );
    expect(stage.ofType('direct-message')).toMatchObject([
      {
        from: alice,
        automatic: true,
        replyTo: { id, own: true },
        remarks: [{ key: 'email-remark-automatic' }],
      },
    ]);
    expect(stage.sent).toHaveLength(1);
  });

  it('F28 newsletters and notices are left where they are, unless the user wants all', async () => {
    const letter = mailText({ 'List-Unsubscribe': '<https://far.example/u>', Precedence: 'bulk' });
    const notice = mailText({ 'Auto-Submitted': 'auto-generated' });
    for (const mail of [letter, notice]) {
      expect(await new MailStage().receive(mail)).toBe('left-out');
      expect(await new MailStage({ show: 'everything' }).receive(mail)).toBe('delivered');
      // Of the gateway's own domain it could be read nowhere else.
      expect(await new MailStage().receive(mail, { way: 'domain' })).toBe('delivered');
    }
  });

  it('B18 whose answers nobody reads is marked as such', async () => {
    const stage = new MailStage({ show: 'everything' });
    await stage.receive(mailText({ From: 'Shop <no-reply@shop.example>' }));
    expect(stage.ofType('contact-changed')).toMatchObject([{ contact: { noReply: true, name: 'Shop' } }]);
  });

  it('S14 spam stays in the mailbox', async () => {
    expect(await new MailStage({ show: 'everything' }).receive(mailText({}), { spam: true })).toBe(
      'left-out',
    );
  });
});

describe('a mailing list', () => {
  const list = { 'List-Id': 'Developers <dev.lists.example>', 'List-Post': '<mailto:dev@lists.example>' };
  const post = (headers: object): string =>
    mailText({ ...list, To: 'dev@lists.example', Precedence: 'list', Subject: '[dev] Bugs', ...headers });

  it('is a room when the user wants it, with authors as members, and posting goes to its address', async () => {
    const stage = new MailStage();
    expect(await stage.receive(post({}))).toBe('left-out');
    const room = '#dev.lists.example' as never;
    stage.session.rooms.join(room, { nick: 'me' });
    await stage.recorder.next('room-entered');
    await stage.receive(post({ 'Message-ID': '<1@far>' }));
    expect(stage.ofType('member-joined')).toMatchObject([{ member: { id: alice, nick: 'Alice' } }]);
    expect(stage.ofType('room-message')).toMatchObject([
      { room, member: alice, roomName: 'Developers', subject: 'Bugs' },
    ]);
    const [id = ''] = await stage.say(room, 'I see');
    expect(stage.last).toMatchObject({ to: ['dev@lists.example'] });
    expect(stage.last.mail).toMatchObject({ inReplyTo: '1@far' });
    await stage.receive(post({ From: OWN, 'Message-ID': `<${id}>` }));
    expect(stage.ofType('room-message')).toHaveLength(1);
  });

  it('that the user has not asked for is found among the rooms', async () => {
    const stage = new MailStage();
    expect(await stage.receive(post({}), { spam: true })).toBe('left-out');
    expect(await stage.session.rooms.list()).toEqual([]);
    expect(await stage.receive(post({}))).toBe('left-out');
    expect(await stage.session.rooms.list()).toMatchObject([
      { room: '#dev.lists.example', name: 'Developers' },
    ]);
    expect(await stage.receive(post({}))).toBe('left-out');
  });

  it('S22 vouches for its authors in its own room alone', async () => {
    const stage = new MailStage({ show: 'everything' });
    await stage.receive(mailText({ 'Message-ID': '<1@far>' }, 'I owe you nothing.'));
    const from = { From: 'Alice via x <x@evil.example>', 'Reply-To': alice, 'List-Id': '<x.evil.example>' };
    await stage.receive(mailText(from, 'forged'), { way: 'domain' });
    const edit = { ...from, 'Chat-Version': '1.0', 'Chat-Edit': '<1@far>', 'In-Reply-To': '<1@far>' };
    await stage.receive(mailText(edit, '✏️I owe you much.'), { way: 'domain' });
    const noRooms = new MailStage({ show: 'everything', rooms: false });
    await noRooms.receive(mailText({ ...from, 'List-Post': '<mailto:x@evil.example>' }));
    expect(stage.ofType('message-edited')).toEqual([]);
    const authors = [...stage.ofType('direct-message'), ...noRooms.ofType('direct-message')];
    expect(authors.map((event) => event.from)).toEqual([
      alice,
      ...['x@evil.example', 'x@evil.example', 'x@evil.example'],
    ]);
  });

  it('S17 lists that somebody makes up without end are a flood', async () => {
    const stage = new MailStage({ show: 'everything' }, { conversation: { stormMails: 3 } });
    for (let at = 0; at < 6; at++) await stage.receive(post({ 'List-Id': `<n${at}.lists.example>` }));
    expect(stage.ofType('room-message')).toHaveLength(3);
    for (let at = 0; at < 6; at++)
      await stage.receive(post({ 'List-Id': '<n1.lists.example>', Subject: `${at}` }));
    expect(stage.ofType('room-message')).toHaveLength(9);
  });

  it('F32 what the user posts by another program is his own in its room', async () => {
    const stage = new MailStage({ show: 'everything' });
    await stage.receive(post({}));
    await stage.receive(mailText({ From: OWN, To: 'dev@lists.example' }), {
      folder: { path: 'Sent', use: 'sent' },
    });
    expect(stage.ofType('room-message').map(({ own }) => own)).toEqual([undefined, true]);
  });
});

describe('chat mail', () => {
  const chat = { 'Chat-Version': '1.0', 'Chat-Disposition-Notification-To': alice };

  it('F14 is told what was read, if the user lets others know', async () => {
    for (const readReceipts of [true, false]) {
      const stage = new MailStage({ readReceipts });
      await stage.receive(mailText({ ...chat, 'Message-ID': '<1@far>', Subject: 'Message from Alice' }));
      expect(stage.ofType('direct-message')[0]?.subject).toBeUndefined();
      await stage.session.receipts.markDisplayed(alice as ContactId, '1@far' as never);
      await expect.poll(() => stage.sent.length).toBe(readReceipts ? 1 : 0);
      if (readReceipts) {
        expect(stage.last).toMatchObject({ from: OWN, to: [alice] });
        expect(stage.last.raw).toContain('Original-Message-ID: <1@far>');
        expect(stage.last.raw).toContain('Auto-Submitted: auto-replied');
      }
    }
  });

  it('F19 F17 F18 reactions, edits and retractions are what they are', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    await stage.receive(mailText({ ...chat, 'Message-ID': '<1@far>' }));
    await stage.receive(
      mailText(
        {
          ...chat,
          'In-Reply-To': `<${id}>`,
          'Content-Disposition': 'reaction',
          'Content-Type': 'text/plain; charset=utf-8',
        },
        '👍',
      ),
    );
    await stage.receive(mailText({ ...chat, 'Chat-Edit': '<1@far>' }, '✏️Hello again'));
    await stage.receive(mailText({ ...chat, 'Chat-Delete': '<1@far>' }, 'x'));
    expect(stage.ofType('reactions-changed')).toMatchObject([{ message: { id, own: true }, emojis: ['👍'] }]);
    expect(stage.ofType('message-edited')).toMatchObject([
      { message: { id: '1@far', own: false }, text: 'Hello again' },
    ]);
    expect(stage.ofType('message-retracted')).toMatchObject([{ message: { id: '1@far' } }]);
    await stage.receive(mailText({ ...chat, From: 'eve@evil.example', 'Chat-Delete': '<1@far>' }, 'x'));
    expect(stage.ofType('message-retracted')).toHaveLength(1);
  });

  it('has groups that keep their room while people come and go, and let nobody in who only knows them', async () => {
    const stage = new MailStage();
    const group = {
      ...chat,
      'Chat-Group-ID': 'abcdefghijk',
      'Chat-Group-Name': 'Trip',
      To: `${OWN}, ${bob}`,
    };
    await stage.receive(mailText(group));
    await stage.receive(
      mailText({
        ...group,
        To: `${OWN}, ${bob}, carol@far.example`,
        'Chat-Group-Member-Added': 'carol@far.example',
      }),
    );
    await stage.receive(mailText({ ...group, From: 'carol@far.example', To: `${OWN}, ${alice}, ${bob}` }));
    await stage.receive(mailText({ ...group, From: 'eve@evil.example', To: `${OWN}, ${alice}` }));
    const rooms = stage.ofType('room-message').map(({ room }) => room);
    expect(new Set(rooms.slice(0, 3)).size).toBe(1);
    expect(rooms[3]).not.toBe(rooms[0]);
    const [room = ''] = rooms;
    await stage.say(room, 'hi all');
    expect(stage.last.to).toEqual([alice, bob, 'carol@far.example']);
    expect(stage.last.mail.headers.first('chat-group-id')).toBe('abcdefghijk');
    await stage.session.rooms.invite(room as never, 'dave@far.example' as ContactId);
    expect(stage.last.to).toContain('dave@far.example');
    expect(stage.last.mail.headers.first('chat-group-member-added')).toBe('dave@far.example');
  });

  it('S14 that is encrypted gets one answer a week, and programs get none', async () => {
    const stage = new MailStage();
    const pgp = '-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----';
    await stage.receive(mailText({ 'Auto-Submitted': 'auto-generated' }, pgp), { way: 'domain' });
    await stage.receive(mailText({ To: OWN_DOMAIN, 'Message-ID': '<1@far>' }, pgp), { way: 'domain' });
    await expect.poll(() => stage.sent.length).toBe(1);
    expect(stage.last.to).toEqual([alice]);
    expect(stage.last.raw).toMatch(/^Auto-Submitted: auto-replied/m);
    await stage.receive(mailText({ To: OWN_DOMAIN }, `${pgp}\n\nagain`), { way: 'domain' });
    await stage.say(alice, 'in turn');
    expect(stage.sent).toHaveLength(2);
  });

  it('S14 that is encrypted has nothing sent to whom it names for answers', async () => {
    const stage = new MailStage();
    const pgp = '-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----';
    await stage.receive(mailText({ To: OWN_DOMAIN, 'Reply-To': 'victim@elsewhere.example' }, pgp), {
      way: 'domain',
    });
    await expect.poll(() => stage.sent.length).toBe(1);
    expect(stage.last.to).toEqual([alice]);
  });
});
