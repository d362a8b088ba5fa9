import { describe, expect, it } from 'vitest';
import { SERVERS } from '../../support/service-talk.js';
import { numbers, registerSms, smsStage, text } from './stage.js';

describe.each(SERVERS)('texts through %s', (xmpp) => {
  it('F01 F06 F12 a user writes, sees the receipt, and reads the answer', async () => {
    const stage = await smsStage({ xmpp });
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    const carol = stage.phone(numbers.carol);
    const id = await text(alice, carol, 'Привет, Carol 🙂');
    const submit = await stage.centre.submit();
    expect([submit.from, submit.to, submit.text]).toEqual(['12125550100', '12125550123', 'Привет, Carol 🙂']);
    expect(await bind.receipt(submit, {})).toBe(0);
    const receipt = await alice.waitFor(
      (stanza) => stanza.getChild('received', 'urn:xmpp:receipts')?.attrs.id === id,
      'the receipt',
    );
    expect(receipt.attrs.from).toBe(carol);
    expect(await bind.text({ from: '12125550123', to: '12125550100', text: 'hi Alice' })).toBe(0);
    const answer = await alice.waitFor({ name: 'message', from: carol, body: 'hi Alice' }, 'the answer');
    expect(answer.attrs.type).toBe('chat');
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });
});
