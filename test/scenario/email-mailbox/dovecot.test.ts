import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';

describe('the Dovecot of the scenarios', () => {
  let server: Dovecot;
  beforeAll(async () => {
    server = await startDovecot({
      users: [{ name: 'bob@example.test', password: 'secret', token: 'opaque' }],
    });
  });
  afterAll(() => server?.stop());

  const client = (auth: { pass: string } | { accessToken: string }, secure: boolean): ImapFlow =>
    new ImapFlow({
      host: server.host,
      port: secure ? server.imapsPort : server.imapPort,
      servername: 'localhost',
      secure,
      doSTARTTLS: !secure ? true : undefined,
      logger: false,
      auth: { user: 'bob@example.test', ...auth },
      tls: { ca: readFileSync(server.caPath) },
    });

  it('takes a password by TLS and a token by STARTTLS, and shows what LMTP brought', async () => {
    await server.deliver('bob@example.test', 'From: a@example.test\nMessage-ID: <1@x>\n\n.hello\n');
    for (const [auth, secure] of [
      [{ pass: 'secret' }, true],
      [{ accessToken: 'opaque' }, false],
    ] as const) {
      const imap = client(auth, secure);
      await imap.connect();
      const folders = await imap.list();
      expect(folders.find(({ specialUse }) => specialUse === '\\Sent')?.path).toBe('Sent');
      await imap.mailboxOpen('INBOX');
      const [mail] = await imap.fetchAll('1', { source: true });
      expect(mail?.source?.toString()).toMatch(/Message-ID: <1@x>\r\n\r\n\.hello\r\n$/);
      await imap.logout();
    }
  });

  it('refuses a wrong password', async () => {
    await expect(client({ pass: 'wrong' }, true).connect()).rejects.toMatchObject({
      authenticationFailed: true,
    });
  });

  it('renumbers a folder', async () => {
    const imap = client({ pass: 'secret' }, true);
    await imap.connect();
    const before = await imap.mailboxOpen('INBOX');
    await imap.mailboxClose();
    await server.renumber('bob@example.test', 'INBOX');
    const after = await imap.mailboxOpen('INBOX');
    expect(after.uidValidity).not.toBe(before.uidValidity);
    await imap.logout();
  });
});
