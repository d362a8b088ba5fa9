import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';

describe('new mail of a watched mailbox', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({ users: [{ name: BOB, password: 'secret' }] });
  });
  afterAll(() => server?.stop());
  afterEach(() => stage?.close());

  it('F08 comes once, at once, and what lay there before does not', async () => {
    await server.deliver(BOB, sampleMail('old'));
    stage = new MailboxStage({ server: secure(server), options: { pollSeconds: 600 } });
    await stage.connect();
    await server.deliver(BOB, sampleMail('one'));
    await server.deliver(BOB, sampleMail('two'));
    const { origin, text } = await stage.mail('one');
    await stage.mail('two');
    expect(text).toContain('Hello, one.\r\n');
    expect(origin).toMatchObject({
      way: 'mailbox',
      recipient: BOB,
      returnPath: 'sender@example.test',
      spam: false,
      folder: { path: 'INBOX', use: 'inbox' },
      late: false,
    });
    expect(stage.subjects).toEqual(['one', 'two']);
  });

  it('F07 F08 comes after a restart in its order, and nothing comes again', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    await server.deliver(BOB, sampleMail('before'));
    await stage.mail('before');
    await stage.restart();
    const subjects = ['first', 'second', 'third'];
    for (const subject of subjects) await server.deliver(BOB, sampleMail(subject));
    await stage.connect();
    await stage.mail('third');
    expect(stage.subjects).toEqual(['before', ...subjects]);
  });

  it('F07 is marked as late when it lay there', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    await stage.mailbox.stop();
    await server.save(BOB, 'INBOX', sampleMail('lay-there'), new Date(Date.now() - 7_200_000));
    stage.mailbox.start();
    const { origin } = await stage.mail('lay-there');
    expect(origin.late).toBe(true);
    expect(Date.now() - (origin.receivedAt ?? 0)).toBeGreaterThan(7_000_000);
  });

  it('comes again when it could not be made durable, and is not marked as read', async () => {
    stage = new MailboxStage({ server: secure(server) });
    let refusals = 2;
    stage.accept = async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('the store is away');
      return 'delivered';
    };
    await stage.connect();
    await server.deliver(BOB, sampleMail('thrice'));
    await server.deliver(BOB, sampleMail('after'));
    await stage.mail('after');
    expect(stage.subjects).toEqual(['thrice', 'after']);
    expect(await server.flags(BOB, 'INBOX', 'thrice')).not.toContain('\\Seen');
    expect(stage.spool.used).toBe(0);
  });

  it('is not fetched while the gateway can take no more', async () => {
    stage = new MailboxStage({ server: secure(server) });
    let relieve = (): void => undefined;
    const relieved = new Promise<void>((resolve) => {
      relieve = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      stage.relieved = () => {
        resolve();
        return relieved;
      };
    });
    await stage.connect();
    await server.deliver(BOB, sampleMail('held'));
    await asked;
    expect(stage.mails.all).toEqual([]);
    relieve();
    await stage.mail('held');
  });

  it('comes by looking now and then where a server has no IDLE', async () => {
    const plain = await startDovecot({
      users: [{ name: BOB, password: 'secret' }],
      capabilities: 'IMAP4rev1 UIDPLUS SPECIAL-USE',
    });
    try {
      stage = new MailboxStage({ server: secure(plain) });
      await stage.connect();
      await plain.deliver(BOB, sampleMail('polled'));
      await stage.mail('polled');
      expect(stage.subjects).toEqual(['polled']);
    } finally {
      await stage.close();
      await plain.stop();
    }
  });

  it('passes whole and byte by byte, however large its pieces are', async () => {
    stage = new MailboxStage({ server: secure(server), options: { chunkBytes: 1_024 } });
    await stage.connect();
    const body = Array.from({ length: 3_000 }, (_, index) => `Line ${index} .\r\n`).join('');
    await server.deliver(BOB, sampleMail('long') + body);
    // Exactly as many bytes as are asked for at once.
    const bare = sampleMail('even');
    await server.save(BOB, 'INBOX', `${bare}${'x'.repeat(1_024 - (bare.length % 1_024) - 2)}\r\n`);
    const { text } = await stage.mail('long');
    expect(text.endsWith(body)).toBe(true);
    expect((await stage.mail('even')).text.length % 1_024).toBe(0);
  });
});
