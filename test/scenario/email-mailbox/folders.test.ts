import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';

describe('which folders are watched', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({
      users: [{ name: BOB, password: 'secret' }],
      folders: [
        // Found by its name alone.
        { name: 'Отправленные' },
        { name: 'Junk', use: '\\Junk' },
        { name: 'Lists/Ärger' },
      ],
    });
  });
  afterAll(() => server?.stop());
  afterEach(() => stage?.close());

  it("F32 the user's own mail from another client comes as sent by him", async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    await server.save(BOB, 'Отправленные', sampleMail('from-my-phone', { From: BOB }));
    const { origin } = await stage.mail('from-my-phone');
    expect(origin.folder).toEqual({ path: 'Отправленные', use: 'sent' });
  });

  it('mail of the junk folder does not come, flags of a filter are told', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    await server.save(BOB, 'Junk', sampleMail('spam'));
    await stage.mailbox.stop();
    await server.save(BOB, 'INBOX', sampleMail('marked'));
    await server.doveadm('flags', 'add', '-u', BOB, '$Junk', 'mailbox', 'INBOX', 'subject', 'marked');
    stage.mailbox.start();
    expect((await stage.mail('marked')).origin.spam).toBe(true);
    expect(stage.subjects).toEqual(['marked']);
  });

  it('folders are found by their path or their name; what is not there is said once', async () => {
    stage = new MailboxStage({ server: secure(server), folders: ['ärger', 'nowhere', 'INBOX'] });
    await stage.connect();
    await server.save(BOB, 'Lists/Ärger', sampleMail('to-the-list'));
    expect((await stage.mail('to-the-list')).origin.folder).toEqual({ path: 'Lists/Ärger', use: 'other' });
    await server.kick(BOB);
    await stage.connected();
    await server.deliver(BOB, sampleMail('again'));
    await stage.mail('again');
    expect(stage.notices.all).toEqual([{ key: 'email-mailbox-no-folder', args: { folder: 'nowhere' } }]);
  });
});
