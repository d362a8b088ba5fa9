import { describe, expect, it } from 'vitest';
import { numbers, registerSms, smsStage, text } from './stage.js';

describe('texts that come in', () => {
  it('F08 a repeated delivery arrives once, also after a restart of the gateway', async () => {
    const stage = await smsStage();
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    const parts = bind.parts(['first half, ', 'second half'], 7, 'header').map((part) => ({
      ...part,
      source_addr: '12125550123',
      destination_addr: '12125550100',
    }));
    const [first = {}, second = {}] = parts;
    expect((await bind.ask('deliver_sm', second))?.command_status).toBe(0);
    await stage.gateway.kill();
    await stage.gateway.start();
    const again = await stage.bind();
    expect((await again.ask('deliver_sm', second))?.command_status).toBe(0);
    expect((await again.ask('deliver_sm', first))?.command_status).toBe(0);
    const carol = stage.phone(numbers.carol);
    await alice.waitFor({ name: 'message', from: carol, body: 'first half, second half' }, 'the whole');
    expect((await again.ask('deliver_sm', first))?.command_status).toBe(0);
    expect((await again.text({ from: '12125550123', to: '12125550100', text: 'end' })) ?? -1).toBe(0);
    await alice.waitFor({ name: 'message', from: carol, body: 'end' }, 'the end');
    expect(alice.count({ name: 'message', from: carol, child: 'body' })).toBe(2);
  });

  it('a text for a user who is offline waits for him', async () => {
    const stage = await smsStage();
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    await alice.send("<presence type='unavailable'/>");
    await alice.disconnect();
    expect(await bind.text({ from: '12125550123', to: '12125550100', text: 'are you there?' })).toBe(0);
    const back = await stage.user('alice', 'tablet');
    await back.waitFor({ name: 'message', body: 'are you there?' }, 'what came meanwhile');
  });

  it('S12 users behind one number have their own correspondents, and nobody gets another’s answer', async () => {
    const shared = { number: numbers.shared, carrier: 'main', shared: true };
    const stage = await smsStage({ options: { numbers: [shared] } });
    const [alice, bob, bind] = await Promise.all([stage.user('alice'), stage.user('bob'), stage.bind()]);
    await Promise.all([registerSms(alice, stage.domain), registerSms(bob, stage.domain)]);
    const carol = stage.phone(numbers.carol);
    const dave = stage.phone('+12125550124');
    await text(alice, carol, 'from alice');
    await text(bob, dave, 'from bob');
    await stage.centre.submitsOf(2);
    const refused = await text(bob, carol, 'bob to carol');
    await bob.waitFor({ name: 'message', type: 'error', id: refused }, 'the refusal');
    await bind.text({ from: '12125550124', to: '12125550101', text: 'for bob' });
    await bind.text({ from: '12125550123', to: '12125550101', text: 'for alice' });
    await bob.waitFor({ name: 'message', from: dave, body: 'for bob' }, 'the answer to bob');
    await alice.waitFor({ name: 'message', from: carol, body: 'for alice' }, 'the answer to alice');
    expect(alice.count({ name: 'message', body: 'for bob' })).toBe(0);
    expect(bob.count({ name: 'message', body: 'for alice' })).toBe(0);
  });
});
