import { describe, expect, it } from 'vitest';
import { MailStage, mailText } from '../../../support/email/mail-stage.js';

const alice = 'alice@far.example';
const KEY = '0190a1b2-0000-7000-8000-000000000001';

const report = (fields: string, type: string): string =>
  `--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/${type}\n\n${fields}\n--b--`;
const reported = (type: string): Record<string, string> => ({
  From: type === 'delivery-status' ? 'MAILER-DAEMON@far.example' : alice,
  'Content-Type': `multipart/report; report-type=${type}; boundary=b`,
});

describe('mails that are about other mails', () => {
  it('F05 F28 a failure is the error of the very message', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    const fields = `Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; ${alice}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 full\n`;
    await stage.receive(
      mailText(
        { ...reported('delivery-status'), 'In-Reply-To': `<${id}>` },
        report(fields, 'delivery-status'),
      ),
    );
    expect(stage.ofType('direct-message')).toEqual([]);
    expect(stage.ofType('delivery-report')).toMatchObject([
      {
        message: id,
        outcome: 'failed',
        error: { code: 'recipient-unavailable', text: { key: 'email-failed-full' } },
      },
    ]);
  });

  it('a disposition notification shows that it was read', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    const fields = `Original-Message-ID: <${id}>\nDisposition: manual-action/MDN-sent-manually; displayed\n`;
    await stage.receive(
      mailText(reported('disposition-notification'), report(fields, 'disposition-notification')),
    );
    expect(stage.ofType('displayed')).toMatchObject([{ contact: alice, upTo: id }]);
  });

  it('a reaction is one, to either’s message, and else a message', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: KEY });
    await stage.receive(mailText({ 'Message-ID': '<1@far>' }));
    const react = (to: string, from = alice): Promise<unknown> =>
      stage.receive(
        mailText(
          {
            From: from,
            'In-Reply-To': `<${to}>`,
            'Content-Disposition': 'reaction',
            'Content-Type': 'text/plain; charset=utf-8',
          },
          '👍',
        ),
      );
    await react(id);
    await react('1@far');
    expect(stage.ofType('reactions-changed')).toMatchObject([
      { contact: alice, message: { id, own: true }, emojis: ['👍'] },
      { contact: alice, message: { id: '1@far', own: false }, emojis: ['👍'] },
    ]);
    await react(id, 'eve@evil.example');
    await react('unknown@far');
    expect(stage.ofType('reactions-changed')).toHaveLength(2);
    expect(stage.ofType('direct-message').map(({ text }) => text)).toEqual(['Hello', '👍', '👍']);
  });

  it('F32 words are changed and taken back by whom they belong to, if that is proven', async () => {
    const stage = new MailStage();
    const chat = { 'Chat-Version': '1.0' };
    await stage.receive(mailText({ ...chat, 'Message-ID': '<1@far>' }, 'Hello wordl'));
    const edit = { ...chat, 'Chat-Edit': '1@far' };
    await stage.receive(mailText({ ...edit, 'Message-ID': '<2@far>' }, '> Hello wordl\n\n✏️Hello world'), {
      authenticity: 'none',
    });
    expect(stage.ofType('message-edited')).toEqual([]);
    await stage.receive(mailText({ ...edit, 'Message-ID': '<3@far>' }, '✏️Hello world'));
    expect(stage.ofType('message-edited')).toMatchObject([
      { contact: alice, message: { id: '1@far', own: false }, text: 'Hello world' },
    ]);
    await stage.receive(mailText({ ...edit, From: 'eve@evil.example', 'Message-ID': '<4@far>' }, '✏️forged'));
    expect(stage.ofType('message-edited')).toHaveLength(1);
    await stage.receive(mailText({ ...chat, 'Chat-Delete': '1@far', 'Message-ID': '<5@far>' }, 'foo'));
    expect(stage.ofType('message-retracted')).toMatchObject([{ contact: alice, message: { id: '1@far' } }]);
  });
});

describe('mails that no person has sent just to the user', () => {
  it('F28 newsletters are left out, what a program says is marked', async () => {
    const stage = new MailStage();
    expect(
      await stage.receive(
        mailText({ 'List-Unsubscribe': '<https://far.example/u>', From: 'news@far.example' }),
      ),
    ).toBe('left-out');
    const everything = new MailStage({ show: 'everything' });
    await everything.receive(mailText({ 'Auto-Submitted': 'auto-generated' }));
    expect(everything.ofType('direct-message')).toMatchObject([
      { automatic: true, remarks: [{ key: 'email-remark-automatic' }] },
    ]);
  });

  it('those of a list are in its room, by their authors', async () => {
    const stage = new MailStage({ show: 'everything' });
    await stage.receive(
      mailText({
        ...{
          From: 'Alice via dev <dev@lists.example>',
          'Reply-To': `Alice <${alice}>`,
          To: 'dev@lists.example',
        },
        ...{
          'List-Id': 'Development <dev.lists.example>',
          'List-Post': '<mailto:dev@lists.example>',
          'Message-ID': '<1@far>',
        },
      }),
    );
    expect(stage.ofType('room-message')).toMatchObject([
      { room: '#dev.lists.example', nick: 'Alice', contact: alice, text: 'Hello', roomName: 'Development' },
    ]);
  });
});
