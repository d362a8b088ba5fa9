import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import { command, commandOf, complete, noteOf, say } from '../../support/service-talk.js';
import { DOMAIN, errorOf, numbers, receiptOf, registerSms, type SmsStage, smsStage, text } from './stage.js';

describe('commands of a user of SMS', () => {
  let stage: SmsStage;
  let alice: XmppClient;
  let bob: XmppClient;
  let bind: CentreBind;
  let carol: string;
  /** A command of one form; resolves with all that it answers. */
  const answer = async (node: string, values: Readonly<Record<string, string>>) =>
    complete(alice, DOMAIN, node, values);

  beforeAll(async () => {
    stage = await smsStage({
      options: { tariff: { currency: 'EUR', prices: { '+1212': '0.05' } }, segmentsPerDay: 50 },
      config: { users: { admins: ['bob@localhost'] }, delivery: { retryFirstMs: 600_000 } },
    });
    carol = stage.phone(numbers.carol);
    [alice, bob, bind] = await Promise.all([stage.user('alice'), stage.user('bob'), stage.bind()]);
    await registerSms(alice, DOMAIN);
  });

  it('K01 what a text would be split into and cost, by command and in chat; nothing is sent', async () => {
    const long = await answer('isthmus:sms:cost', { to: '212 555 0123', text: 'ф'.repeat(80) });
    expect(long).toMatch(/2 parts \(Unicode\)/);
    expect(long).toMatch(/Price: 0\.10 EUR/);
    expect(long).toMatch(/50 parts more today/);
    expect(await answer('isthmus:sms:cost', { to: '911', text: 'help' })).toMatch(/Emergency services/);
    expect(await say(alice, DOMAIN, 'cost')).toMatch(/To$|To\n/m);
    expect(await say(alice, DOMAIN, 'nobody')).toMatch(/\S/);
    expect(await say(alice, DOMAIN, 'cancel')).toMatch(/Cancelled/);
    expect(stage.centre.submits.all).toEqual([]);
  });

  it('K06 his number', async () => {
    expect(noteOf(await command(alice, DOMAIN, 'isthmus:sms:number'))).toContain(numbers.own);
    expect(await say(alice, DOMAIN, 'number')).toContain(numbers.own);
    const stranger = await command(bob, DOMAIN, 'isthmus:sms:number');
    expect(stranger.attrs.type).toBe('error');
  });

  it('K06 what gets lost on the way', async () => {
    const told = noteOf(await command(alice, DOMAIN, 'isthmus:capabilities'));
    expect(told).toMatch(/kept while the network is away/);
    expect(told).toMatch(/told when a message has arrived/);
    expect(told).toMatch(/no reactions/);
    expect(told).toMatch(/Files go over as links/);
    expect(told).toMatch(/several parts/);
  });

  it('F12 what became of a message: accepted, delivered, failed', async () => {
    const first = await text(alice, carol, 'one');
    const sent = await stage.centre.submit();
    await expect.poll(() => answer('isthmus:why', { message: first })).toMatch(/accepted it at/);
    await bind.receipt(sent, {});
    await receiptOf(alice, carol, first);
    const delivered = await answer('isthmus:why', { message: first });
    expect(delivered).toMatch(/It was delivered/);
    expect(delivered).toContain(`main:${sent.id}`);
    const second = await text(alice, carol, 'two');
    await bind.receipt(await stage.centre.submit(), { stat: 'EXPIRED', err: '027' });
    await errorOf(alice, carol, second);
    expect(await answer('isthmus:why', { message: '' })).toMatch(/off or out of reach for too long/);
    expect(await answer('isthmus:why', { message: '212-555-0123' })).toMatch(/off or out of reach/);
    const admin = await complete(bob, DOMAIN, 'isthmus:why-user', {
      user: 'alice@localhost',
      message: first,
    });
    expect(admin).toMatch(/It was delivered/);
    const other = await command(bob, DOMAIN, 'isthmus:why');
    expect(other.attrs.type).toBe('error');
  });

  it('A04 what waits is listed, explained and cancelled; then it is never sent', async () => {
    const notNow = { status: centreStatus.temporaryError };
    stage.centre.answerNext(notNow);
    const id = await text(alice, carol, 'not now');
    await stage.centre.submit();
    await alice.waitFor({ name: 'message', from: DOMAIN, body: /has to wait/ }, 'the word that it waits');
    const queue = () => command(alice, DOMAIN, 'isthmus:queue').then(noteOf);
    await expect.poll(queue, { timeout: 15_000 }).toMatch(/next try at/);
    expect(await queue()).toContain(numbers.carol);
    const why = await answer('isthmus:why', { message: id });
    expect(why).toMatch(/waits to be sent.*next try is at.*problem of its own/s);
    const asked = await command(alice, DOMAIN, 'isthmus:cancel');
    expect(commandOf(asked).toString()).toContain(numbers.carol);
    expect(await say(alice, DOMAIN, 'queue')).toMatch(/^1 message waits/);
    expect(await say(alice, DOMAIN, 'cancel')).toMatch(/Message.*1\. .*2\. All of them/s);
    expect(await say(alice, DOMAIN, '2')).toMatch(/1 message was cancelled/);
    await errorOf(alice, carol, id);
    expect(await queue()).toMatch(/Nothing of yours waits/);
    expect(await answer('isthmus:why', { message: id })).toMatch(/cancelled/i);
    await text(alice, carol, 'now');
    expect((await stage.centre.submit()).text).toBe('now');
  });
});
