import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';
const LIMITS = { maxBytes: 100_000 };

describe('a mail that is too large', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({ users: [{ name: BOB, password: 'secret' }] });
  });
  afterAll(() => server?.stop());
  afterEach(() => stage?.close());

  it('comes with its headers and its text, and says how much was left', async () => {
    stage = new MailboxStage({ server: secure(server), limits: LIMITS });
    await stage.connect();
    const headers = { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=b' };
    const attachment = `Content-Type: application/zip\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(2_000)}`;
    const text =
      'Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\nthe text\r\n';
    await server.deliver(BOB, `${sampleMail('huge', headers)}--b\r\n${text}--b\r\n${attachment}--b--\r\n`);
    await server.deliver(BOB, sampleMail('after'));
    const mail = await stage.mail('huge');
    expect(mail.text).toContain('Message-ID: <huge@example.test>\r\n');
    expect(mail.text).not.toContain('multipart/mixed');
    expect(mail.text.endsWith('charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\nthe text')).toBe(
      true,
    );
    expect(mail.origin.leftBytes).toBeGreaterThan(150_000);
    await stage.mail('after');
  });

  it('comes with the beginning of its text when that is all it has', async () => {
    stage = new MailboxStage({ server: secure(server), limits: { ...LIMITS, maxTextBytes: 50_000 } });
    await stage.connect();
    await server.deliver(BOB, sampleMail('wordy') + `${'word '.repeat(15)}\r\n`.repeat(3_000));
    const mail = await stage.mail('wordy');
    expect(mail.text).toContain('\r\n\r\nHello, wordy.\r\nword word');
    expect(mail.text.length).toBeLessThan(52_000);
    expect(mail.origin.leftBytes).toBeGreaterThan(150_000);
  });

  it('waits while the spool is full, and comes then', async () => {
    stage = new MailboxStage({ server: secure(server), limits: { spoolBytes: 3_000 } });
    await stage.connect();
    const other = await stage.spool.receive(Readable.from([Buffer.alloc(2_500)]));
    const fetched = new Promise<void>((resolve) => {
      const { receive } = stage.spool;
      stage.spool.receive = (source) => {
        resolve();
        return receive.call(stage.spool, source);
      };
    });
    await server.deliver(BOB, sampleMail('patient') + 'x'.repeat(1_000));
    await fetched;
    await other.remove();
    await stage.mail('patient');
    expect(stage.spool.used).toBe(0);
  });
});
