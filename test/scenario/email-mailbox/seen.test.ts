import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';

describe('reading', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({ users: [{ name: BOB, password: 'secret' }], folders: [{ name: 'Work' }] });
  });
  afterAll(() => server?.stop());
  afterEach(() => stage?.close());

  it('here marks mails in all watched folders, and nothing else', async () => {
    stage = new MailboxStage({ server: secure(server), folders: ['Work'] });
    await stage.connect();
    await server.deliver(BOB, sampleMail('read'));
    await server.deliver(BOB, sampleMail('unread'));
    await server.save(BOB, 'Work', sampleMail('read-too'));
    for (const subject of ['read', 'unread', 'read-too']) await stage.mail(subject);
    await stage.mailbox.markSeen([
      'read@example.test',
      'read-too@example.test',
      'never-heard-of@example.test',
    ]);
    await server.waitForFlag(BOB, 'INBOX', 'read', '\\Seen');
    await server.waitForFlag(BOB, 'Work', 'read-too', '\\Seen');
    expect(await server.flags(BOB, 'INBOX', 'unread')).not.toContain('\\Seen');
  });

  it('here marks what came before a restart, once the connection is back', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    await server.deliver(BOB, sampleMail('earlier'));
    await stage.mail('earlier');
    await stage.mailbox.stop();
    await stage.mailbox.markSeen(['earlier@example.test']);
    await stage.restart();
    await stage.connect();
    await server.waitForFlag(BOB, 'INBOX', 'earlier', '\\Seen');
    // What the gateway has marked itself is no news.
    await server.deliver(BOB, sampleMail('next'));
    await stage.mail('next');
    expect(stage.seen.all).toEqual([]);
  });

  it('elsewhere is told, also when it happened while the gateway was off', async () => {
    stage = new MailboxStage({ server: secure(server), options: { pollSeconds: 600 } });
    await stage.connect();
    for (const subject of ['phone', 'desk']) {
      await server.deliver(BOB, sampleMail(subject));
      await stage.mail(subject);
    }
    await server.doveadm('flags', 'add', '-u', BOB, '\\Seen', 'mailbox', 'INBOX', 'subject', 'phone');
    await stage.seen.wait((id) => id === 'phone@example.test', 'being read');
    await stage.restart();
    await server.doveadm('flags', 'add', '-u', BOB, '\\Seen', 'mailbox', 'INBOX', 'subject', 'desk');
    await stage.connect();
    await stage.seen.wait((id) => id === 'desk@example.test', 'being read');
    expect(stage.seen.all).toEqual(['phone@example.test', 'desk@example.test']);
  });
});
