import { describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { centreStatus, SmppCentre } from '../../servers/smpp-centre/centre.js';
import { sid, startTwilioApi } from '../../servers/twilio-api.js';
import { filesHolding } from '../../support/disk.js';
import {
  befriend,
  command,
  commandOf,
  noteOf,
  registration,
  say,
  sessionOf,
  submit,
} from '../../support/service-talk.js';
import {
  DOMAIN,
  numbers,
  receiptOf,
  registerSms,
  smppProvider,
  smsStage,
  text,
  usersStage,
  webhooks,
} from './stage.js';

const REGISTER = 'jabber:iq:register';
const MINE = '+12125550177';

/** Both stages of a registration with a provider; resolves with the end. */
async function register(
  user: XmppClient,
  provider: string,
  account: string,
  password: string,
  number = MINE,
) {
  const session = sessionOf(await command(user, DOMAIN, REGISTER));
  const first = submit({ way: 'own-provider', country: 'US', number });
  const asked = await command(user, DOMAIN, REGISTER, { session, action: 'next', form: first });
  if (commandOf(asked).attrs.status !== 'executing') throw new Error(`no second stage: ${asked}`);
  const form = submit({ provider, user: account, password });
  return command(user, DOMAIN, REGISTER, { session, action: 'next', form });
}

describe('a user’s own account with a provider', () => {
  it('S12 S19 by SMPP: his bind is opened, and what comes over it is for him alone', async () => {
    const theirs = await SmppCentre.listen({ systemId: 'alice-id', password: 'alice-PASSWORD' });
    const stage = await smsStage({ options: { providers: { big: smppProvider(theirs) } } });
    const [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await registerSms(bob, DOMAIN);
    const end = await register(alice, 'big', 'alice-id', 'alice-PASSWORD');
    expect(commandOf(end).attrs.status).toBe('completed');
    await befriend(alice, DOMAIN);
    // The first was tried, the second stays.
    const tried = await theirs.bind();
    await tried.closed;
    const bind = await theirs.bind();
    const carol = stage.phone(numbers.carol);
    const id = await text(alice, carol, 'by my own account');
    const sent = await theirs.submit();
    expect([`+${sent.from}`, sent.text]).toEqual([MINE, 'by my own account']);
    await bind.receipt(sent, {});
    await receiptOf(alice, carol, id);
    // Even to the number that is Bob's.
    await bind.text({ from: '12125550123', to: '12125550100', text: 'for alice alone' });
    await alice.waitFor({ name: 'message', from: carol, body: 'for alice alone' }, 'her text');
    await text(bob, carol, 'by the gateway');
    expect((await stage.centre.submit()).text).toBe('by the gateway');
    await bob.barrier(DOMAIN);
    expect(bob.count({ name: 'message', from: carol })).toBe(0);

    expect(await say(alice, DOMAIN, 'number')).toContain(MINE);
    const shown = await alice.iq('get', DOMAIN, registration(''));
    const again = sessionOf(await command(alice, DOMAIN, REGISTER));
    const form = submit({ way: 'own-provider', country: 'US', number: MINE });
    const second = await command(alice, DOMAIN, REGISTER, { session: again, action: 'next', form });
    expect(second.toString()).toContain('alice-id');
    for (const seen of [shown, second, end]) expect(seen.toString()).not.toContain('PASSWORD');
    expect(stage.gateway.logs()).not.toContain('alice-PASSWORD');
    await stage.gateway.stop();
    expect(filesHolding(stage.gateway.dataDir, 'alice-PASSWORD')).toEqual([]);
  });

  it('C06 S18 a refused account is not taken; one that is refused later is not tried again until he acts', async () => {
    const theirs = await SmppCentre.listen({ systemId: 'alice-id', password: 'right' });
    const stage = await usersStage({ options: { providers: { big: smppProvider(theirs) } } });
    const alice = await stage.user('alice');
    const wrong = await register(alice, 'big', 'alice-id', 'wrong-PASSWORD');
    expect(commandOf(wrong).attrs.status).toBe('executing');
    expect(wrong.toString()).toContain('does not accept this account');
    expect(wrong.toString()).not.toContain('wrong-PASSWORD');
    const state = await alice.iq('get', DOMAIN, registration(''));
    expect(state.getChild('query')?.getChild('registered')).toBeUndefined();
    expect(commandOf(await register(alice, 'big', 'alice-id', 'right')).attrs.status).toBe('completed');
    await befriend(alice, DOMAIN);
    await theirs.bindAttempt();
    const tried = await theirs.bind();
    await tried.closed;
    const bind = await theirs.bind();
    await Promise.all([theirs.bindAttempt(), theirs.bindAttempt()]);
    theirs.refuseBinds(centreStatus.invalidPassword);
    bind.drop();
    await theirs.bindAttempt();
    await alice.waitFor({ name: 'message', from: DOMAIN, body: /refuses the account/ }, 'the word of it');
    expect(noteOf(await command(alice, DOMAIN, 'isthmus:status'))).toMatch(/refuses the account/);
    theirs.refuseBinds(undefined);
    await say(alice, DOMAIN, 'login');
    await theirs.bindAttempt();
    const back = await theirs.bind();
    await back.text({ from: '12125550123', to: MINE.slice(1), text: 'back again' });
    await alice.waitFor({ name: 'message', body: 'back again' }, 'the bind at work');
  });

  it('C07 C12 a provider that is away leaves what was', async () => {
    const theirs = await SmppCentre.listen();
    const provider = smppProvider(theirs);
    await theirs.close();
    const stage = await smsStage({ options: { providers: { big: provider } } });
    const alice = await stage.user('alice');
    await registerSms(alice, DOMAIN);
    const end = await register(alice, 'big', 'me', 'secret');
    expect(noteOf(end)).toMatch(/cannot be reached now.*Nothing was stored/);
    await text(alice, stage.phone(numbers.carol), 'as before');
    expect(`+${(await stage.centre.submit()).from}`).toBe(numbers.own);
  });

  it('C12 S17 by Twilio: webhooks of his own, at the same address after a change', async () => {
    const [{ config, hook }, api] = await Promise.all([webhooks(), startTwilioApi()]);
    const stage = await usersStage({
      config,
      options: { providers: { twilio: { kind: 'twilio', apiBase: api.base } } },
    });
    const alice = await stage.user('alice');
    const end = await register(alice, 'twilio', api.accountSid, api.authToken);
    const address = /report incoming texts to (\S+)/.exec(noteOf(end))?.[1] ?? '';
    expect(address.startsWith(hook(''))).toBe(true);
    await befriend(alice, DOMAIN);
    const came = (Body: string) => ({
      ...{ MessageSid: sid('SM'), AccountSid: api.accountSid, NumMedia: '0', Body },
      ...{ From: numbers.carol, To: MINE },
    });
    expect((await api.call(address, came('forged'), { token: 'x' })).status).toBe(403);
    expect((await api.call(address, came('first'))).status).toBe(200);
    const carol = stage.phone(numbers.carol);
    await alice.waitFor({ name: 'message', from: carol, body: 'first' }, 'his text');
    const id = await text(alice, carol, 'mine');
    await expect.poll(() => api.messages.length, { timeout: 15_000 }).toBe(1);
    const [sent] = api.messages;
    expect(sent?.form).toMatchObject({ From: MINE, To: numbers.carol });
    const StatusCallback = String(sent?.form.StatusCallback);
    const status = { MessageSid: sent?.sid ?? '', AccountSid: api.accountSid, MessageStatus: 'delivered' };
    expect((await api.call(StatusCallback, status)).status).toBe(200);
    await receiptOf(alice, carol, id);
    // Registering again: the same address serves.
    const again = await register(alice, 'twilio', api.accountSid, api.authToken, '+12125550178');
    expect(noteOf(again)).toContain(address);
    await expect
      .poll(async () => (await api.call(address, came('second'))).status, { timeout: 15_000 })
      .toBe(200);
    await alice.waitFor({ name: 'message', from: carol, body: 'second' }, 'his next text');
    await text(alice, carol, 'from another number');
    await expect.poll(() => api.messages.at(-1)?.form.From, { timeout: 15_000 }).toBe('+12125550178');
    const bodies = alice.received
      .filter(({ attrs }) => attrs.from === carol)
      .map((m) => m.getChildText('body'));
    expect(bodies.filter(Boolean)).toEqual(['first', 'second']);
  });
});
