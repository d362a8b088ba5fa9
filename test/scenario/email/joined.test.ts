import { describe, expect, it } from 'vitest';
import { complete } from '../../support/service-talk.js';
import { DOMAIN, emailStage, HOUSE, jidOf, registerMailbox, write } from './stage.js';

const carol = jidOf(`carol@${HOUSE}`);

describe('quick messages', () => {
  it('F16 become one mail after a pause, in which they can still be corrected', async () => {
    const stage = await emailStage();
    const alice = await stage.user('alice');
    await registerMailbox(alice, 'alice');
    await complete(alice, DOMAIN, 'isthmus:email:mail-settings', { join: '2' });
    await write(alice, carol, 'Subject: Supper\nAt eight?');
    const typo = await write(alice, carol, 'Or at nyne?');
    await write(alice, carol, 'Or at nine?', `<replace xmlns='urn:xmpp:message-correct:0' id='${typo}'/>`);
    await write(alice, carol, 'Tell me.');
    const mail = await stage.mailOf('carol', ({ subject }) => subject === 'Supper');
    expect(mail.text?.trim()).toBe('At eight?\n\nOr at nine?\n\nTell me.');
    const headers = { 'In-Reply-To': mail.messageId ?? '', Subject: 'Re: Supper' };
    await stage.mailTo('alice', { headers, body: 'At nine.' });
    const answer = await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the answer');
    expect(answer.getChild('reply', 'urn:xmpp:reply:0')?.attrs.to).toBe('alice@localhost');
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });
});
