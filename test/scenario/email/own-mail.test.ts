import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { connected, type EmailStage, emailStage, HOUSE, jidOf, registerMailbox, write } from './stage.js';

const carol = jidOf(`carol@${HOUSE}`);

describe('one mailbox in several programs', () => {
  let stage: EmailStage;
  let alice: XmppClient;

  beforeAll(async () => {
    stage = await emailStage();
    alice = await stage.user('alice');
    await registerMailbox(alice, 'alice');
  });

  it('F32 what the user sends by another program is shown as his own, and never sent again', async () => {
    const mail = `From: Alice <alice@${HOUSE}>\nTo: Carol <carol@${HOUSE}>\nSubject: Lunch\nMessage-ID: <s1@far.test>\n\nfrom my telephone\n`;
    await stage.dovecot.save(`alice@${HOUSE}`, 'Sent', mail);
    const message = await alice.waitFor(
      (stanza) => /from my telephone/.test(stanza.toString()),
      'the own mail',
    );
    expect(message.getChildText('body')).not.toBe('from my telephone');
    expect(stage.postfix.logs()).not.toContain('s1@far.test');
  });

  it('F08 what the gateway has filed itself comes back as nothing', async () => {
    await write(alice, carol, 'said here');
    await stage.mailOf('alice', ({ text }) => text?.trim() === 'said here', 'Sent');
    await stage.mailTo('alice', { body: 'and answered' });
    await alice.waitFor({ name: 'message', from: carol, body: 'and answered' }, 'the answer');
    expect(alice.count((stanza) => /said here/.test(stanza.toString()))).toBe(0);
  });

  it('F14 what is read in chat is marked in the mailbox, and what is read there is marked in chat', async () => {
    const first = await stage.mailTo('alice', { body: 'read this here' });
    const shown = await alice.waitFor({ name: 'message', from: carol, body: 'read this here' }, 'the mail');
    expect(shown.getChild('markable', 'urn:xmpp:chat-markers:0')).toBeDefined();
    const marker = `<displayed xmlns='urn:xmpp:chat-markers:0' id='${shown.attrs.id}'/>`;
    await alice.send(`<message type='chat' to='${carol}' id='d1'>${marker}</message>`);
    await expect.poll(() => stage.seen('alice'), { timeout: 15_000 }).toContain(first);
  });

  it('F08 mail that came while the gateway was off is shown once', async () => {
    await stage.gateway.stop();
    await stage.mailTo('alice', { body: 'while you slept' });
    await stage.gateway.start();
    await alice.waitFor({ name: 'message', from: carol, body: 'while you slept' }, 'the late mail');
    await connected(alice);
    await stage.gateway.restart();
    await connected(alice);
    await stage.mailTo('alice', { body: 'after that' });
    await alice.waitFor({ name: 'message', from: carol, body: 'after that' }, 'the next mail');
    expect(alice.count({ name: 'message', body: 'while you slept' })).toBe(1);
  });

  it('S18 a refused password is told once and not tried again until the user acts', async () => {
    alice.clear();
    await stage.dovecot.stop();
    stage.dovecot.setUser({ name: `alice@${HOUSE}`, password: 'another' });
    await stage.dovecot.restart();
    const told = await alice.waitFor(
      ({ name, attrs }) => name === 'message' && attrs.from === 'email.localhost',
      'the word of the gateway',
    );
    expect(told.getChildText('body')).toMatch(/password|login|refuse/i);
    const refusals = (): number => stage.dovecot.logs().match(/auth failed|Password mismatch/g)?.length ?? 0;
    const before = refusals();
    await stage.mailTo('alice', { body: 'unseen' });
    expect(refusals()).toBe(before);
    const body = told.getChildText('body') ?? '';
    expect(alice.count({ name: 'message', from: 'email.localhost', body })).toBe(1);
  });
});
