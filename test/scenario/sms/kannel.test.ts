import { describe, expect, it } from 'vitest';
import { startKannel } from '../../servers/kannel.js';
import { errorOf, numbers, receiptOf, registerSms, text, usersStage, webhooks } from './stage.js';

const SECRET = 'kannel-calls-us_0123456789';

/** Users, the gateway, and Kannel between it and two telephone networks. */
async function kannelStage() {
  const { config, hook } = await webhooks();
  const kannel = await startKannel({
    messageUrl: `${hook('main/message')}?secret=${SECRET}&id=%I&from=%p&to=%P&time=%T&charset=%C&text=%b`,
  });
  const carrier = {
    kind: 'kannel',
    sendUrl: kannel.sendUrl,
    username: kannel.username,
    password: kannel.password,
    secret: SECRET,
    smscId: 'CENTRE',
    reconnect: { initialMs: 50, maxMs: 500 },
  };
  const stage = await usersStage({
    config,
    options: { carriers: { main: carrier }, numbers: [{ number: numbers.own, carrier: 'main' }] },
  });
  const alice = await stage.user('alice');
  await registerSms(alice, stage.domain);
  return { ...stage, kannel, alice, hook, carol: stage.phone(numbers.carol) };
}

describe('texts by Kannel', () => {
  it('F01 F06 F12 a user writes, sees the receipt, and reads the answer', async () => {
    const { alice, carol, kannel } = await kannelStage();
    const id = await text(alice, carol, 'Привет, Carol 🙂');
    const [sent] = await kannel.arrived(1);
    expect(sent).toMatchObject({ from: numbers.own, to: numbers.carol, text: 'Привет, Carol 🙂' });
    await sent?.report('delivered');
    await receiptOf(alice, carol, id);
    await kannel.phoneSends(numbers.carol, numbers.own, 'hi+Alice');
    const answer = await alice.waitFor({ name: 'message', from: carol, body: 'hi+Alice' }, 'the answer');
    expect(answer.attrs.type).toBe('chat');
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });

  it('F05 what the centre gives up is an error of the original message, with its reason', async () => {
    const { alice, carol, kannel } = await kannelStage();
    const id = await text(alice, carol, 'into the void');
    const [sent] = await kannel.arrived(1);
    await sent?.report(
      'failed',
      'id:1 sub:001 dlvrd:000 submit date:2601010000 done date:2601010000 stat:EXPIRED err:001 text:',
    );
    expect(await errorOf(alice, carol, id)).toMatch(/recipient-unavailable.*could not be delivered in time/s);
  });

  it('S17 only Kannel is listened to, and the secret is in no log', async () => {
    const { alice, carol, gateway, hook } = await kannelStage();
    const forged = `id=00000000-0000-0000-0000-000000000000&from=${encodeURIComponent(numbers.carol)}`;
    const to = encodeURIComponent(numbers.own);
    for (const secret of ['', 'secret=guess&'])
      expect((await fetch(`${hook('main/message')}?${secret}${forged}&to=${to}&text=x`)).status).toBe(403);
    expect((await fetch(`${hook('main/report')}?id=1&token=x&state=1`)).status).toBe(403);
    expect((await fetch(hook('other/message'))).status).toBe(404);
    const right = await fetch(`${hook('main/message')}?secret=${SECRET}&${forged}&to=${to}&text=right`);
    expect([right.status, await right.text()]).toEqual([200, '']);
    await alice.waitFor({ name: 'message', from: carol, body: 'right' }, 'what Kannel brought');
    expect(alice.count({ name: 'message', from: carol, child: 'body' })).toBe(1);
    expect(gateway.logs()).not.toContain(SECRET);
  });

  it('A04 while Kannel is away texts wait; when it is back they go out in order', async () => {
    const { alice, carol, kannel } = await kannelStage();
    await kannel.killSmsbox();
    const ids = [];
    for (const body of ['one', 'two']) ids.push(await text(alice, carol, body));
    await kannel.startSmsbox();
    const sent = await kannel.arrived(2);
    expect(sent.map((message) => message.text)).toEqual(['one', 'two']);
    for (const [index, id] of ids.entries()) {
      await sent[index]?.report('delivered');
      await receiptOf(alice, carol, id);
    }
  });
});
