import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import {
  type EmailStage,
  emailStage,
  HOUSE,
  jidOf,
  MAIL_DOMAIN,
  registerAddress,
  registerMailbox,
  write,
} from './stage.js';

const carol = jidOf(`carol@${HOUSE}`);

describe('an address of the gateway’s domain', () => {
  let stage: EmailStage;
  let bob: XmppClient;

  beforeAll(async () => {
    stage = await emailStage();
    bob = await stage.user('bob');
    await registerAddress(bob, 'bob');
  });

  it('F06 F27 takes mail by way of Postfix, and answers go out by it', async () => {
    expect(await stage.mailToDomain('bob', { body: 'Hello Bob' })).toMatch(/^250/);
    const message = await bob.waitFor({ name: 'message', from: carol, child: 'body' }, 'the mail');
    expect(message.getChildText('body')).toBe('Hello Bob');
    await write(bob, carol, 'Hello Carol');
    const answer = await stage.mailOf('carol', ({ text }) => text?.trim() === 'Hello Carol');
    expect(answer).toMatchObject({ from: { address: `bob@${MAIL_DOMAIN}` }, subject: 'Re: Lunch' });
  });

  it('S14 nobody’s mail is refused before it is taken', async () => {
    expect(await stage.mailToDomain('nobody', {})).toMatch(/^550/);
  });

  it('S14 answers of programs are shown and not answered; a loop of two gateways ends', async () => {
    const headers = { 'Auto-Submitted': 'auto-replied', Subject: 'Out of office' };
    await stage.mailToDomain('bob', { headers, body: 'I am away.' });
    const message = await bob.waitFor(
      (stanza) => /I am away/.test(stanza.getChildText('body') ?? ''),
      'the absence',
    );
    expect(message.getChildText('body')).toMatch(/automatic/i);
    const pgp = '-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----';
    // Another gateway with a user who is told the same, and whose answer is told the same again.
    await stage.mailToDomain('bob', { headers: { 'Auto-Submitted': 'auto-replied' }, body: pgp });
    await stage.mailToDomain('bob', { from: `dave@${HOUSE}`, headers: { From: `dave@${HOUSE}` }, body: pgp });
    const notice = await stage.mailOf('dave', ({ text }) => /cannot read/.test(text ?? ''));
    expect(notice.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-replied');
    await write(bob, carol, 'the last word');
    await stage.mailOf('carol', ({ text }) => text?.trim() === 'the last word');
    await expect(
      stage.dovecot.doveadm('search', '-u', `carol@${HOUSE}`, 'mailbox', 'INBOX', 'body', 'cannot read'),
    ).resolves.toBe('');
  });

  it('is one account with the mailbox: each conversation keeps the address that it has', async () => {
    const dave = await stage.user('dave');
    await registerMailbox(dave, 'dave', { way: 'both', local: 'dave' });
    await stage.mailToDomain('dave', {
      from: `alice@${HOUSE}`,
      headers: { From: `alice@${HOUSE}` },
      body: 'to the domain',
    });
    await dave.waitFor({ name: 'message', body: 'to the domain' }, 'the mail to the domain');
    await stage.mailTo('dave', { body: 'to the mailbox' });
    await dave.waitFor({ name: 'message', body: 'to the mailbox' }, 'the mail to the mailbox');
    await write(dave, jidOf(`alice@${HOUSE}`), 'from the domain');
    await write(dave, carol, 'from the mailbox');
    const [first, second] = await Promise.all([
      stage.mailOf('alice', ({ text }) => text?.trim() === 'from the domain'),
      stage.mailOf('carol', ({ text }) => text?.trim() === 'from the mailbox'),
    ]);
    expect(first.from?.address).toBe(`dave@${MAIL_DOMAIN}`);
    expect(second.from?.address).toBe(`dave@${HOUSE}`);
  });
});
