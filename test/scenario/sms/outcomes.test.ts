import { describe, expect, it } from 'vitest';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import { say } from '../../support/service-talk.js';
import { errorOf, numbers, registerSms, smsStage, text } from './stage.js';

describe('what becomes of a text', () => {
  it('F05 the carrier’s refusal and its late failure are errors of the original message, with the reason', async () => {
    const stage = await smsStage();
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    const carol = stage.phone(numbers.carol);
    stage.centre.answerNext({ status: centreStatus.invalidDestination });
    const refused = await text(alice, carol, 'refused');
    const first = await alice.waitFor({ name: 'message', type: 'error', id: refused }, 'the refusal');
    expect(first.attrs.from).toBe(carol);
    expect(first.getChild('error')?.getChildText('text')).toMatch(/\S/);
    await stage.centre.submit();
    const failed = await text(alice, carol, 'failed');
    const submit = await stage.centre.submit();
    await bind.receipt(submit, { stat: 'UNDELIV', err: '001' });
    await alice.waitFor({ name: 'message', type: 'error', id: failed }, 'the late failure');
    await bind.receipt(submit, { stat: 'UNDELIV', err: '001' });
    const last = await text(alice, carol, 'the last');
    await bind.receipt(await stage.centre.submit(), {});
    await alice.waitFor(
      (stanza) => stanza.getChild('received', 'urn:xmpp:receipts')?.attrs.id === last,
      'the receipt of the last',
    );
    expect(alice.count({ name: 'message', type: 'error', id: failed })).toBe(1);
  });

  it('S23 killed while a text is under way: its sender is told that nobody knows, and it is never sent again', async () => {
    const stage = await smsStage();
    const alice = await stage.user('alice');
    await registerSms(alice, stage.domain);
    stage.centre.answerNext('hold');
    const id = await text(alice, stage.phone(numbers.carol), 'once');
    await stage.centre.submit();
    await stage.gateway.kill();
    await stage.gateway.start();
    await stage.bind();
    await stage.bind();
    await alice.waitFor({ name: 'message', type: 'error', id }, 'the word that nobody knows', {
      timeoutMs: 30_000,
    });
    await text(alice, stage.phone(numbers.carol), 'the next');
    expect((await stage.centre.submit()).text).toBe('the next');
    expect(stage.centre.submits.all.map((submit) => submit.text)).toEqual(['once', 'the next']);
  });

  it('A04 F04 while the carrier is away texts wait, in order, over a kill of the gateway too', async () => {
    const stage = await smsStage({ config: { delivery: { retryFirstMs: 100, retryMaxMs: 500 } } });
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    stage.centre.refuseBinds(centreStatus.temporaryError);
    bind.drop();
    await bind.closed;
    const carol = stage.phone(numbers.carol);
    for (const body of ['one', 'two', 'three']) await text(alice, carol, body);
    // Its own notices come in between.
    await expect.poll(() => say(alice, stage.domain, 'queue'), { timeout: 15_000 }).toMatch(/^3 messages/);
    await stage.gateway.kill();
    stage.centre.refuseBinds(undefined);
    await stage.gateway.start();
    const submits = await stage.centre.submitsOf(3);
    expect(submits.map((submit) => submit.text)).toEqual(['one', 'two', 'three']);
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });

  it('F05 a call for help is refused at once, in a chat too, even while the carrier is away', async () => {
    const stage = await smsStage();
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    stage.centre.refuseBinds(centreStatus.temporaryError);
    bind.drop();
    await bind.closed;
    const id = await text(alice, stage.phone('911'), 'Help');
    const words = /Emergency services cannot be reached.*Call 911/;
    expect(await errorOf(alice, stage.phone('911'), id)).toMatch(words);
    await alice.waitFor(
      (stanza) => stanza.attrs.from === stage.domain && words.test(stanza.getChildText('body') ?? ''),
      'the same in a chat',
    );
    await expect
      .poll(() => say(alice, stage.domain, 'queue'), { timeout: 15_000 })
      .toMatch(/^Nothing of yours/);
  });
});
