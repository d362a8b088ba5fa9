import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RawMail } from '../../../gateways/email/mail/raw-mail.js';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';
const CAROL = 'carol@example.test';

describe('copies of sent mails', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({
      users: [
        { name: BOB, password: 'secret' },
        { name: CAROL, password: 'secret', quotaBytes: 20_000 },
      ],
    });
  });
  afterAll(() => server?.stop());
  afterEach(() => stage?.close());

  const sent = (stageOf: MailboxStage, text: string): Promise<RawMail> =>
    stageOf.spool.receive(Readable.from([Buffer.from(text)]));

  it('are put into the folder for them, as read, once, and do not come back', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    const raw = await sent(stage, sampleMail('mine', { From: BOB }));
    await stage.mailbox.fileSent('mine@example.test', raw);
    await server.waitForFlag(BOB, 'Sent', 'mine', '\\Seen');
    await stage.mailbox.fileSent('mine@example.test', raw);
    await server.save(BOB, 'Sent', sampleMail('from-elsewhere', { From: BOB }));
    await stage.mail('from-elsewhere');
    expect(stage.subjects).toEqual(['from-elsewhere']);
    expect(await server.count(BOB, 'Sent')).toBe(2);
  });

  it('are not put where the provider does so, nor shown when it does', async () => {
    stage = new MailboxStage({ server: secure(server), filesSent: true });
    await stage.connect();
    const mail = sampleMail('filed-by-provider', { From: BOB });
    await stage.mailbox.fileSent('filed-by-provider@example.test', await sent(stage, mail));
    await server.save(BOB, 'Sent', mail);
    await server.save(BOB, 'Sent', sampleMail('other', { From: BOB }));
    await stage.mail('other');
    expect(stage.subjects).toEqual(['other']);
  });

  it('wait for a mailbox that is away, over a restart', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.mailbox.fileSent('offline@example.test', await sent(stage, sampleMail('offline')));
    await stage.restart();
    await stage.connect();
    await server.waitForFlag(BOB, 'Sent', 'offline', '\\Seen');
    expect(stage.notices.all).toEqual([]);
  });

  it('are given up with a word when they are too large to wait', async () => {
    stage = new MailboxStage({ server: secure(server), options: { keepBytes: 100 } });
    await stage.mailbox.fileSent('large@example.test', await sent(stage, sampleMail('large')));
    expect(stage.notices.all).toEqual([{ key: 'email-mailbox-copy-lost' }]);
  });

  it('are filed at once when they are too large to wait and the mailbox is there', async () => {
    stage = new MailboxStage({ server: secure(server), options: { keepBytes: 100 } });
    await stage.connect();
    await server.deliver(BOB, sampleMail('ready'));
    await stage.mail('ready');
    await stage.mailbox.fileSent('large-now@example.test', await sent(stage, sampleMail('large-now')));
    expect(await server.flags(BOB, 'Sent', 'large-now')).toContain('\\Seen');
  });

  it('that do not fit into a full mailbox are a word to the user, once', async () => {
    stage = new MailboxStage({ server: secure(server), user: CAROL });
    await stage.connect();
    for (const subject of ['big-1', 'big-2'])
      await stage.mailbox.fileSent(
        `${subject}@example.test`,
        await sent(stage, sampleMail(subject) + 'x'.repeat(30_000)),
      );
    await stage.notices.wait(({ key }) => key === 'email-mailbox-full', 'a word on the full mailbox');
    await server.save(CAROL, 'Sent', sampleMail('small', { From: CAROL }));
    await stage.mail('small');
    expect(stage.notices.all).toEqual([{ key: 'email-mailbox-full' }]);
  });
});
