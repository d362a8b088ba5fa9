import { describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import { startTwilioApi } from '../../servers/twilio-api.js';
import { filesHolding } from '../../support/disk.js';
import { befriend, command, registration, say, sessionOf, submit } from '../../support/service-talk.js';
import { DOMAIN, numbers, receiptOf, registerSms, smsStage, text, usersStage, webhooks } from './stage.js';

const REGISTER = 'jabber:iq:register';
const MINE = '+12125550177';
const DAVE = '+12125550124';
const REMOVE = registration('<remove/>');

describe('a registration is removed', () => {
  it('C14 C19 S12 nothing of the user stays; his number rests; nobody gets what was for him', async () => {
    const stage = await smsStage({ config: { delivery: { retryFirstMs: 600_000 } } });
    const [alice, bob, bind] = await Promise.all([stage.user('alice'), stage.user('bob'), stage.bind()]);
    await registerSms(alice, DOMAIN);
    const carol = stage.phone(numbers.carol);
    const id = await text(alice, carol, 'MARKER-OUT');
    const sent = await stage.centre.submit();
    await bind.receipt(sent, {});
    await receiptOf(alice, carol, id);
    await bind.text({ from: numbers.carol.slice(1), to: numbers.own.slice(1), text: 'MARKER-IN' });
    await bind.text({ from: DAVE.slice(1), to: numbers.own.slice(1), text: 'stop' });
    await alice.waitFor({ name: 'message', body: 'stop' }, 'both texts');
    const notNow = { status: centreStatus.temporaryError };
    stage.centre.answerNext(notNow, notNow);
    await text(alice, carol, 'MARKER-WAITING');
    await stage.centre.submit();
    await expect.poll(() => say(alice, DOMAIN, 'queue'), { timeout: 15_000 }).toMatch(/^1 message waits/);
    // Orderly: everything that was buffered is in the files.
    await stage.gateway.restart();
    const { dataDir } = stage.gateway;
    for (const known of ['alice@localhost', numbers.carol])
      expect(filesHolding(dataDir, known)).not.toEqual([]);
    const again = await stage.bind();
    // Tried as soon as there is a way, and waiting again.
    expect((await stage.centre.submit()).text).toBe('MARKER-WAITING');
    alice.clear();
    expect((await alice.iq('set', DOMAIN, REMOVE)).attrs.type).toBe('result');
    for (const type of ['unsubscribe', 'unsubscribed', 'unavailable'])
      await alice.waitFor({ name: 'presence', type, from: DOMAIN }, type);
    const gone = ['alice@localhost', numbers.carol, 'MARKER', id, sent.id];
    for (const marker of gone) expect(filesHolding(dataDir, marker), marker).toEqual([]);

    // Late: taken from the centre, since bringing it again would change nothing, and for nobody.
    expect(await again.text({ from: numbers.carol.slice(1), to: numbers.own.slice(1), text: 'late' })).toBe(
      0,
    );
    const form = submit({ way: 'gateway', country: 'US' }, REGISTER);
    const refused = await bob.iq('set', DOMAIN, registration(form));
    expect(errorCondition(refused)).toBe('not-acceptable');
    expect(refused.toString()).toContain('All numbers of the gateway are in use');
    await alice.barrier(DOMAIN);
    for (const user of [alice, bob]) expect(user.count({ name: 'message', body: 'late' })).toBe(0);
    await stage.gateway.stop();
    for (const marker of gone) expect(filesHolding(dataDir, marker), marker).toEqual([]);
    // Whom Dave's wish to be left alone is kept for is the operator, whose number it is.
    expect(filesHolding(dataDir, DAVE)).not.toEqual([]);
    expect(stage.centre.submits.all).toHaveLength(3);
  });

  it('C19 a number of his own is forgotten with him, and with it what others wished of it', async () => {
    const stage = await smsStage({ options: { claims: { allowed: true } } });
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    const register = async () => {
      const session = sessionOf(await command(alice, DOMAIN, REGISTER));
      const form = submit({ way: 'own-number', country: 'US', number: MINE });
      await command(alice, DOMAIN, REGISTER, { session, action: 'next', form });
      const code = /\d{6}$/.exec((await stage.centre.submit()).text)?.[0] ?? '';
      return command(alice, DOMAIN, REGISTER, { session, action: 'next', form: submit({ code }) });
    };
    await register();
    await befriend(alice, DOMAIN);
    await bind.text({ from: DAVE.slice(1), to: MINE.slice(1), text: 'STOP' });
    await alice.waitFor({ name: 'message', body: 'STOP' }, 'the wish');
    await stage.gateway.restart();
    const { dataDir } = stage.gateway;
    for (const known of [MINE, DAVE]) expect(filesHolding(dataDir, known)).not.toEqual([]);
    await stage.bind();
    expect((await alice.iq('set', DOMAIN, REMOVE)).attrs.type).toBe('result');
    for (const marker of [MINE, DAVE, 'alice@localhost'])
      expect(filesHolding(dataDir, marker), marker).toEqual([]);
    // Anew, as if he had never been here.
    alice.clear();
    expect((await register()).toString()).toContain('is yours now');
  });

  it('C14 C19 an account with a provider is left at once, and its webhook is gone', async () => {
    const [{ config }, api] = await Promise.all([webhooks(), startTwilioApi()]);
    const stage = await usersStage({
      config,
      options: { providers: { twilio: { kind: 'twilio', apiBase: api.base } } },
    });
    const alice = await stage.user('alice');
    const session = sessionOf(await command(alice, DOMAIN, REGISTER));
    const form = submit({ way: 'own-provider', country: 'US', number: MINE });
    await command(alice, DOMAIN, REGISTER, { session, action: 'next', form });
    const login = submit({ provider: 'twilio', user: api.accountSid, password: api.authToken });
    const end = await command(alice, DOMAIN, REGISTER, { session, action: 'next', form: login });
    const address = /report incoming texts to (http[^\s<]+)/.exec(end.toString())?.[1] ?? '';
    await befriend(alice, DOMAIN);
    expect((await api.call(address, {}, { unsigned: true })).status).toBe(403);
    expect((await alice.iq('set', DOMAIN, REMOVE)).attrs.type).toBe('result');
    expect((await api.call(address, {}, { unsigned: true })).status).toBe(404);
    await stage.gateway.stop();
    for (const marker of [MINE, api.accountSid, api.authToken, 'alice@localhost'])
      expect(filesHolding(stage.gateway.dataDir, marker), marker).toEqual([]);
  });
});
