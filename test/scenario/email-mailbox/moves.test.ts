import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';

describe('mails whose numbers change', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({
      users: [{ name: BOB, password: 'secret' }],
      folders: [
        { name: 'Sent', use: '\\Sent' },
        { name: 'Junk', use: '\\Junk' },
        { name: 'Work' },
        { name: 'Archive' },
      ],
    });
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    stage = new MailboxStage({ server: secure(server), folders: ['work'] });
    await stage.connect();
  });
  afterEach(() => stage?.close());

  it('F08 do not come again when they are moved to another watched folder', async () => {
    await server.deliver(BOB, sampleMail('moving'));
    await stage.mail('moving');
    await server.move(BOB, 'INBOX', 'Work', 'moving');
    await server.save(BOB, 'Work', sampleMail('filtered'));
    const { origin } = await stage.mail('filtered');
    expect(origin.folder).toEqual({ path: 'Work', use: 'other' });
    expect(stage.subjects).toEqual(['moving', 'filtered']);
  });

  it('F08 come when a filter has moved them before anybody looked', async () => {
    await stage.mailbox.stop();
    await server.deliver(BOB, sampleMail('sorted'));
    await server.move(BOB, 'INBOX', 'Work', 'sorted');
    stage.mailbox.start();
    expect((await stage.mail('sorted')).origin.folder?.path).toBe('Work');
  });

  it('come when they are taken out of the junk', async () => {
    await server.save(BOB, 'Junk', sampleMail('no-spam'));
    await server.deliver(BOB, sampleMail('beside'));
    await stage.mail('beside');
    await server.move(BOB, 'Junk', 'INBOX', 'no-spam');
    await stage.mail('no-spam');
    expect(stage.subjects).toEqual(['beside', 'no-spam']);
  });

  it('F08 do not come again when a folder is renumbered, and those that came meanwhile do', async () => {
    await server.deliver(BOB, sampleMail('known'));
    await stage.mail('known');
    await stage.mailbox.stop();
    await server.renumber(BOB, 'INBOX');
    await server.deliver(BOB, sampleMail('unknown'));
    stage.mailbox.start();
    await stage.mail('unknown');
    expect(stage.subjects).toEqual(['known', 'unknown']);
    expect(stage.notices.all).toEqual([]);
  });

  it('F08 do not come again when all numbers are others, as after a move to another server', async () => {
    const old = new Date(Date.now() - 400 * 86_400_000);
    await server.save(BOB, 'INBOX', sampleMail('ancient', { Date: old.toUTCString() }), old);
    for (const subject of ['a', 'b', 'c']) {
      await server.deliver(BOB, sampleMail(subject));
      await stage.mail(subject);
    }
    await stage.mailbox.stop();
    const kept = ['ancient', 'c', 'a'];
    for (const subject of kept) await server.move(BOB, 'INBOX', 'Archive', subject);
    await server.renumber(BOB, 'INBOX');
    for (const subject of kept) await server.move(BOB, 'Archive', 'INBOX', subject);
    await server.deliver(BOB, sampleMail('d'));
    stage.mailbox.start();
    await stage.mail('d');
    expect(stage.subjects).toEqual(['a', 'b', 'c', 'd']);
  });

  it('F08 come once when they are expunged elsewhere in between', async () => {
    await stage.mailbox.stop();
    for (const subject of ['x', 'gone', 'y']) await server.deliver(BOB, sampleMail(subject));
    await server.doveadm('expunge', '-u', BOB, 'mailbox', 'INBOX', 'subject', 'gone');
    stage.mailbox.start();
    await stage.mail('y');
    expect(stage.subjects).toEqual(['x', 'y']);
  });
});
