import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { ContactId, NetworkMessageId } from '../../../../src/gateway/ids.js';
import { MailStage, mailText, OWN, OWN_DOMAIN } from '../../../support/email/mail-stage.js';

const alice = 'alice@far.example';
const contact = { kind: 'contact', id: alice as ContactId } as const;
const id = (text: string): NetworkMessageId => text as NetworkMessageId;
const KEY = '0190a1b2-0000-7000-8000-000000000001';

describe('what the user says', () => {
  it('F27 is a mail with a Message-ID of its own, named by its first words where it answers nothing', async () => {
    const stage = new MailStage({ name: 'Juliet' });
    const ids = await stage.say(alice, 'Shall we have lunch?\nI am hungry.', { key: KEY });
    expect(ids).toEqual([`${KEY}@home.example`]);
    expect(stage.last).toMatchObject({ from: OWN, to: [alice] });
    expect(stage.last.mail).toMatchObject({
      messageId: `${KEY}@home.example`,
      subject: 'Shall we have lunch?',
      from: { address: OWN, name: 'Juliet' },
    });
    expect(stage.filed).toEqual([`${KEY}@home.example`]);
  });

  it('F27 answers the last mail, the mail that is named, or the thread that is named', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ 'Message-ID': '<1@far>', References: '<0@far>' }));
    await stage.receive(mailText({ 'Message-ID': '<2@far>', Subject: 'Dinner' }));
    await stage.say(alice, 'yes');
    expect(stage.last.mail).toMatchObject({ subject: 'Re: Dinner', references: ['2@far'] });
    await stage.say(alice, 'no', { replyTo: { id: id('1@far'), own: false, quote: 'Hello' } });
    expect(stage.last.mail).toMatchObject({ subject: 'Re: Lunch', references: ['0@far', '1@far'] });
    expect(stage.last.text.trim()).toBe('> Hello\nno');
    const [, dinner] = stage.ofType('direct-message');
    await stage.say(alice, 'later', { thread: dinner?.thread });
    expect(stage.last.mail.subject).toBe('Re: Dinner');
  });

  it('F27 has a subject by its first line or the stanza, which begins a new thread', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ 'Message-ID': '<1@far>' }));
    await stage.say(alice, 'Subject: Supper\nAt eight?');
    expect(stage.last.mail).toMatchObject({ subject: 'Supper', references: [] });
    expect(stage.last.text.trim()).toBe('At eight?');
    await stage.say(alice, 'At nine?', { subject: 'Supper' });
    expect(stage.last.mail.subject).toBe('Re: Supper');
    await stage.say(alice, 'Тема: Завтрак');
    await stage.say(alice, 'At seven?');
    expect(stage.last.mail).toMatchObject({ subject: 'Завтрак', references: [] });
  });

  it('goes from the address that the conversation has, else from the one that the user prefers', async () => {
    const stage = new MailStage({ sendFrom: 'domain' });
    await stage.say(alice, 'hi');
    expect(stage.last.mail.from?.address).toBe(OWN_DOMAIN);
    await stage.receive(mailText({ From: 'bob@far.example' }));
    await stage.say('bob@far.example', 'hi');
    expect(stage.last.mail.from?.address).toBe(OWN);
    await stage.receive(mailText({ To: OWN_DOMAIN }), { way: 'domain' });
    await stage.say(alice, 'hi');
    expect(stage.last).toMatchObject({ from: 'bounce+x@mail.example.org' });
  });

  it('several messages are one mail with an id each', async () => {
    const stage = new MailStage({ joinSeconds: 10 });
    expect(stage.session.gathering()).toBe(10_000);
    const sent = stage.session.sendTogether(contact, [
      { text: 'one', key: KEY },
      { text: 'two' },
      { text: 'x', action: true },
    ]);
    const ids = (await sent.accepted)?.ids;
    expect(ids).toEqual([1, 2, 3].map((part) => `${KEY}@home.example#${part}`));
    expect(stage.last.text.trim()).toBe(`one\n\ntwo\n\n* ${OWN} x`);
    await stage.receive(mailText({ 'In-Reply-To': `<${KEY}@home.example>` }));
    expect(stage.ofType('direct-message')[0]?.replyTo).toEqual({ id: `${KEY}@home.example#3`, own: true });
  });

  it('where the author of a mail wants answers, the user is told and they go there', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ 'Reply-To': 'desk@far.example' }));
    expect(stage.ofType('direct-message')[0]?.remarks).toEqual([
      { key: 'email-remark-answers', args: { people: 'desk@far.example' } },
    ]);
    await stage.say(alice, 'ok');
    expect(stage.last.to).toEqual(['desk@far.example']);
    await stage.receive(mailText({ 'Reply-To': 'eve@evil.example' }), { authenticity: 'fail' });
    await stage.say(alice, 'ok');
    expect(stage.last.to).toEqual([alice]);
  });

  it('an answer marks what it answers as read where the user wants that', async () => {
    const stage = new MailStage();
    await stage.receive(mailText({ 'Message-ID': '<1@far>' }));
    await stage.receive(mailText({ 'Message-ID': '<2@far>' }));
    await stage.say(alice, 'ok');
    expect(stage.seen).toEqual(['1@far', '2@far']);
    await stage.say(alice, 'again');
    expect(stage.seen).toHaveLength(2);
  });

  it('F14 what was read is marked up to there in the mailbox', async () => {
    const stage = new MailStage();
    for (const name of ['1', '2', '3']) await stage.receive(mailText({ 'Message-ID': `<${name}@far>` }));
    await stage.session.receipts.markDisplayed(contact.id, id('2@far'));
    expect(stage.seen).toEqual(['1@far', '2@far']);
    await stage.session.receipts.markDisplayed(contact.id, id('2@far'));
    expect(stage.seen).toHaveLength(2);
  });

  it('F14 what was read in a room is marked as well', async () => {
    const stage = new MailStage();
    const toAll = { To: `${OWN}, bob@far.example` };
    for (const name of ['1', '2']) await stage.receive(mailText({ ...toAll, 'Message-ID': `<${name}@far>` }));
    const [said] = stage.ofType('room-message');
    if (said) await stage.session.receipts.markDisplayed(said.room, id('2@far'));
    expect(stage.seen).toEqual(['1@far', '2@far']);
  });

  it('goes to postmasters, who are people', async () => {
    const stage = new MailStage();
    await stage.say('postmaster@far.example', 'Your server refuses my mail.');
    expect(stage.last.to).toEqual(['postmaster@far.example']);
  });

  it('B18 is refused at once to addresses that nobody reads and to the user’s own', () => {
    const stage = new MailStage();
    for (const address of ['no-reply@shop.example', 'donotreply+1@x.example', 'MAILER-DAEMON@x.example'])
      expect(stage.session.refusal(address.toLowerCase() as ContactId)?.code).toBe('recipient-unavailable');
    expect(stage.session.refusal(OWN as ContactId)?.code).toBe('forbidden');
    expect(stage.session.refusal(contact.id)).toBeUndefined();
    expect(new MailStage({}, {}, []).session.refusal(contact.id)?.code).toBe('registered-only');
  });

  it('F05 is an error with the outcome that the server gave', async () => {
    const stage = new MailStage();
    const refused = new GatewayError('recipient-unavailable', { key: 'email-no-way' });
    stage.answers.push(refused);
    await expect(stage.say(alice, 'hi')).rejects.toBe(refused);
    expect(stage.context.spool.used).toBe(0);
    stage.answers.push({
      refused: [{ address: 'x@far.example', answer: '550 no', later: false }],
      reports: false,
    });
    const { accepted } = stage.session.send(contact, { text: 'hi' });
    expect((await accepted)?.note).toEqual({
      key: 'email-some-refused',
      args: { refused: 'x@far.example (550 no)' },
    });
  });

  it('F16 F18 what is gone is corrected and taken back by a mail that answers it', async () => {
    const stage = new MailStage();
    const [sent = id('')] = await stage.say(alice, 'at eght', { key: KEY });
    await stage.session.edits.edit(contact, sent, { text: 'at eight' });
    expect(stage.last.mail.references).toEqual([sent]);
    expect(stage.last.text).toContain('at eight');
    await stage.session.retractions.retract(contact, sent);
    expect(stage.last.mail.references).toEqual([sent]);
    await expect(stage.session.retractions.retract(contact, id('x@y'))).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
