import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';

describe('new mail of a watched mailbox', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({ users: [{ name: BOB, password: 'secret' }] });
  });
  afterAll(() => server?.stop());
  afterEach(() => stage?.close());

  const tls = () =>
    ({ host: server.host, port: server.imapsPort, security: 'tls', caFile: server.caPath }) as const;

  it('F08 comes once, at once, and what lay there before does not', async () => {
    await server.deliver(BOB, sampleMail('old'));
    stage = new MailboxStage({ server: tls(), options: { pollSeconds: 600 } });
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

  it('F07 F08 comes after a restart in its order, marked as late, and nothing comes again', async () => {
    stage = new MailboxStage({ server: tls() });
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
});
