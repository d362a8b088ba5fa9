import { describe, expect, it } from 'vitest';
import { SERVERS } from '../../support/service-talk.js';
import { emailStage, HOUSE, jidOf, registerMailbox, write } from './stage.js';

describe.each(SERVERS)('a mailbox in chat through %s', (xmpp) => {
  it('F01 F06 F27 a mail is a message, its answer a mail of the same thread, filed and marked as read', async () => {
    const stage = await emailStage({ xmpp });
    const alice = await stage.user('alice');
    await registerMailbox(alice, 'alice');
    const carol = jidOf(`carol@${HOUSE}`);
    const first = await stage.mailTo('alice', { body: 'Shall we meet at noon?' });
    const message = await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the mail');
    expect(message.getChildText('body')).toBe('Shall we meet at noon?');
    expect(message.getChildText('subject')).toBe('Lunch');
    expect(message.attrs.type ?? 'normal').toBe('normal');
    expect(message.getChildText('nick')).toBe('Carol');
    await write(alice, carol, 'Yes, at noon. Привет!');
    const answer = await stage.mailOf('carol', ({ inReplyTo }) => inReplyTo === `<${first}>`);
    expect(answer).toMatchObject({ subject: 'Re: Lunch', from: { address: `alice@${HOUSE}` } });
    expect(answer.text?.trim()).toBe('Yes, at noon. Привет!');
    const filed = await stage.mailOf('alice', ({ messageId }) => messageId === answer.messageId, 'Sent');
    expect(filed.subject).toBe('Re: Lunch');
    await expect.poll(() => stage.seen('alice')).toEqual([first]);
    // Her next mail goes on in the thread: no subject, so that clients show a chat.
    await stage.mailTo('alice', {
      headers: { Subject: 'Re: Lunch', 'In-Reply-To': answer.messageId ?? '' },
      body: 'Fine.',
    });
    const next = await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the next mail');
    expect([next.attrs.type, next.getChildText('subject')]).toEqual(['chat', null]);
    expect(next.getChildText('thread')).toBe(message.getChildText('thread'));
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });
});
