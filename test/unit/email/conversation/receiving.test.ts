import { describe, expect, it } from 'vitest';
import type { AccountId, ContactId } from '../../../../src/gateway/ids.js';
import { MailStage, mailText, OWN, OWN_DOMAIN } from '../../../support/email/mail-stage.js';

const alice = 'alice@far.example';

describe('mail that comes', () => {
  it('F06 F27 is a message of its author with the subject of a new thread, said once', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ 'Message-ID': '<1@far>' }, 'Shall we?'));
    await stage.receive(
      mailText({ 'Message-ID': '<2@far>', 'In-Reply-To': '<1@far>', Subject: 'Re: Lunch' }),
    );
    await stage.receive(mailText({ 'Message-ID': '<3@far>', Subject: 'Dinner' }));
    const [first, second, third] = stage.ofType('direct-message');
    expect(first).toMatchObject({
      from: alice,
      nick: 'Alice',
      text: 'Shall we?',
      subject: 'Lunch',
      id: '1@far',
    });
    expect(second).toMatchObject({ replyTo: { id: '1@far', own: false }, thread: first?.thread });
    expect(second).not.toHaveProperty('subject');
    expect(third).toMatchObject({ subject: 'Dinner' });
    expect(third?.thread).not.toBe(first?.thread);
  });

  it('F08 is the same message when it comes again, and another one when only its id is the same', async () => {
    const stage = new MailStage();
    const mail = mailText({ 'Message-ID': '<1@far>', Date: 'Sat, 21 Nov 2026 12:00:00 +0000' });
    await stage.receive(mail);
    await stage.receive(mail);
    await stage.receive(mailText({ 'Message-ID': '<1@far>', From: 'eve@evil.example' }, 'mine'));
    await stage.receive(mailText({ 'Message-ID': '<1@far>', From: 'eve@evil.example' }, 'mine'));
    const ids = stage.ofType('direct-message').map(({ id }) => id);
    expect(ids[0]).toBe('1@far');
    expect(ids[1]).toBe('1@far');
    expect(ids[2]).toMatch(/^1@far\+.{10}$/);
    expect(ids[3]).toBe(ids[2]);
  });

  it('F08 has an id made of what it says where it has none', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({}, 'one'));
    await stage.receive(mailText({}, 'one'));
    await stage.receive(mailText({}, 'two'));
    const ids = stage.ofType('direct-message').map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe(ids[1]);
  });

  it('is left in the mailbox, or refused, when the operator wants nothing of its sender', async () => {
    const conversation = { refusedSenders: ['Evil.example', 'eve@far.example'] };
    const stage = new MailStage({}, { conversation });
    for (const from of ['a@evil.example', 'b@mail.evil.example', 'eve@far.example']) {
      const mail = mailText({ From: from });
      expect(await stage.receive(mail), from).toBe('left-out');
      await expect(stage.receive(mail, { way: 'domain' }), from).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(
      stage.receive(mailText({}), { way: 'domain', returnPath: 'bounce@evil.example' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    for (const from of ['a@notevil.example', 'adam@far.example'])
      expect(await stage.receive(mailText({ From: from })), from).toBe('delivered');
  });

  it('F07 has its time when it is late', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({}), { late: true, receivedAt: stage.now - 5_000 });
    await stage.receive(mailText({}, 'now'));
    expect(stage.ofType('direct-message').map(({ time }) => time)).toEqual([stage.now - 5_000, undefined]);
  });

  it('F32 is the user’s own when he wrote it elsewhere, in the conversation with its recipient', async () => {
    const stage = new MailStage();
    const mail = mailText({ From: OWN, To: 'Bob <bob@far.example>', 'Message-ID': '<s@home>' });
    await stage.receive(mail, { folder: { path: 'Sent', use: 'sent' } });
    expect(stage.ofType('direct-message')).toMatchObject([
      { from: 'bob@far.example', nick: 'Bob', own: true },
    ]);
  });

  it('S22 is not the user’s own because it says so', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ From: OWN }), { authenticity: 'none' });
    const [message] = stage.ofType('direct-message');
    expect(message?.own).toBeUndefined();
    expect(message?.remarks).toEqual([{ key: 'email-remark-not-you' }]);
  });

  it('S22 is marked when its sender could not be verified', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({}), { authenticity: 'fail' });
    expect(stage.ofType('direct-message')[0]?.remarks).toEqual([{ key: 'email-remark-unverified' }]);
    // Nor is he called otherwise by it.
    const { name } = await stage.context.conversations.get(1 as AccountId, alice as ContactId);
    expect(name).toBeUndefined();
  });

  it('S17 makes its author nobody whom the user may write to only now and then', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ From: 'eve@evil.example' }), { authenticity: 'fail' });
    for (const text of ['one', 'two']) await stage.receive(mailText({}, text));
    expect(stage.heardFrom).toEqual([alice]);
  });

  it('S16 keeps no more of a subject than an answer needs', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ Subject: 'x'.repeat(60_000) }));
    expect(stage.ofType('direct-message')[0]?.subject?.length).toBeLessThanOrEqual(1_000);
    await stage.say(alice, 'in short');
    expect(stage.last.mail.subject.length).toBeLessThanOrEqual(1_000);
    const { threads } = await stage.context.conversations.get(1 as AccountId, alice as ContactId);
    expect(JSON.stringify(threads).length).toBeLessThan(5_000);
  });

  it('S22 shows the real address of who calls himself by another', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ From: '"bob@bank.example" <evil@x.example>' }));
    expect(stage.ofType('direct-message')[0]?.nick).toBe('bob@bank.example <evil@x.example>');
  });

  it('S14 of the user that comes back by a list or as a copy is no new message', async () => {
    const stage = new MailStage();
    const [id = ''] = await stage.say(alice, 'hi', { key: '0190a1b2-0000-7000-8000-000000000001' });
    const disposition = await stage.receive(mailText({ From: OWN, 'Message-ID': `<${id}>` }));
    expect(disposition).toBe('delivered');
    expect(stage.host.events).toEqual([]);
    expect(stage.seen).toEqual([id]);
  });

  it('S14 S17 in floods is cut, told once', async () => {
    const stage = new MailStage({}, { conversation: { stormMails: 3 } });
    const dispositions: string[] = [];
    for (let at = 0; at < 6; at++) dispositions.push(await stage.receive(mailText({}, `mail ${at}`)));
    expect(stage.ofType('direct-message')).toHaveLength(3);
    expect(stage.ofType('user-notice')).toHaveLength(1);
    expect(dispositions.slice(3)).toEqual(['left-out', 'left-out', 'left-out']);
    await expect(stage.receive(mailText({ To: OWN_DOMAIN }, 'x'), { way: 'domain' })).rejects.toMatchObject({
      retryable: true,
    });
  });

  it('is shown by what is known of a user who has no session just now, and to nobody who has left', async () => {
    const stage = new MailStage({ show: 'contacts' });
    await stage.session.ready;
    await stage.session.disconnect();
    expect(await stage.receive(mailText({}))).toBe('left-out');
    await stage.session.logout();
    await expect(stage.receive(mailText({}))).rejects.toMatchObject({ retryable: true });
  });

  it('only of contacts is shown where the user wants that: people whom he has written to', async () => {
    const stage = new MailStage({ show: 'contacts' });
    expect(await stage.receive(mailText({}))).toBe('left-out');
    await stage.say(alice, 'hi');
    expect(await stage.receive(mailText({}))).toBe('delivered');
    expect(await stage.receive(mailText({}), { authenticity: 'fail' })).toBe('left-out');
  });

  it('G05 keeps programs from the user, and names them', async () => {
    const stage = new MailStage();
    const body = [
      '--b\nContent-Type: text/plain\n\nsee\n',
      '--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\nx\n',
      '--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf.exe"\n\nx\n--b--',
    ].join('');
    await stage.receive(
      mailText({ 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=b' }, body),
    );
    const [message] = stage.ofType('direct-message');
    expect(message?.attachments?.map(({ name }) => name)).toEqual(['a.pdf']);
    expect(message?.remarks).toEqual([{ key: 'email-remark-file-refused', args: { name: 'a.pdf.exe' } }]);
  });
});

describe('a group', () => {
  const both = { To: `${OWN}, Bob <bob@far.example>`, Cc: 'carol@far.example' };

  it('is a room of everybody whom a mail names, and an answer goes to all of them', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ ...both, 'Message-ID': '<1@far>' }));
    const [message] = stage.ofType('room-message');
    expect(message).toMatchObject({
      member: alice,
      nick: 'Alice',
      contact: alice,
      roomName: 'Alice, Bob, carol@far.example',
    });
    await stage.say(message?.room ?? '', 'yes');
    expect(stage.last.to).toEqual([alice, 'bob@far.example', 'carol@far.example']);
    expect(stage.last.mail.cc.map(({ address }) => address)).toEqual(['carol@far.example']);
    expect(stage.last.mail).toMatchObject({ subject: 'Re: Lunch', inReplyTo: '1@far' });
    expect(stage.last.mail.from?.address).toBe(OWN);
  });

  it('is the same whoever writes, and another one when somebody comes', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ ...both, 'Message-ID': '<1@far>' }));
    await stage.receive(mailText({ From: 'carol@far.example', To: `bob@far.example, ${OWN}, ${alice}` }));
    await stage.receive(
      mailText(
        { ...both, Cc: 'carol@far.example, Dave <dave@far.example>', 'In-Reply-To': '<1@far>' },
        'all',
      ),
    );
    const [first, second, third] = stage.ofType('room-message');
    expect(second?.room).toBe(first?.room);
    expect(third?.room).not.toBe(first?.room);
    expect(third?.remarks).toEqual([
      { key: 'email-remark-come', args: { people: 'Dave <dave@far.example>' } },
    ]);
  });

  it('is not where the user got a blind copy: an answer to all would tell', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ To: 'bob@far.example, carol@far.example' }));
    expect(stage.ofType('direct-message')).toMatchObject([
      { remarks: [{ key: 'email-remark-others', args: { people: 'bob@far.example, carol@far.example' } }] },
    ]);
  });

  it('is the author alone where the user wants no rooms', async () => {
    const stage = new MailStage({ rooms: false });
    await stage.receive(mailText(both));
    expect(stage.ofType('direct-message')).toMatchObject([{ from: alice }]);
    expect(stage.ofType('room-message')).toEqual([]);
  });

  it('H09 is entered with its members and left again', async () => {
    const stage = new MailStage();
    await stage.receive(mailText(both));
    const [message] = stage.ofType('room-message');
    if (!message) throw new Error('no room');
    stage.session.rooms.join(message.room, { nick: 'me' });
    const entered = await stage.recorder.next('room-entered');
    expect(entered.members.map(({ nick }) => nick)).toEqual(['Alice', 'Bob', 'carol@far.example', 'me']);
    expect(entered).toMatchObject({ self: OWN, name: message.roomName, subject: { text: 'Lunch' } });
    stage.session.rooms.leave(message.room);
    await stage.recorder.next('room-left');
  });

  it('H10 that nobody knows is not there', async () => {
    const stage = new MailStage();
    stage.session.rooms.join(`!${'a'.repeat(26)}` as never, { nick: 'me' });
    expect((await stage.recorder.next('room-refused')).error.code).toBe('not-found');
  });
});
