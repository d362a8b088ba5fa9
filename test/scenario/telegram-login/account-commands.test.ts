import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { DOMAIN, GatewayStage } from '../../support/telegram/gateway-stage.js';

let stage: GatewayStage;
let alice: ScriptedPerson;
beforeEach(async () => {
  stage = await GatewayStage.start({ telegram: { device: 'jabber.example.org' } });
  alice = stage.server.person('Alice', { phone: '491701234567', username: 'alice_w' });
  await stage.login(alice);
});
afterEach(() => stage.stop());

async function say(words: string): Promise<string> {
  await stage.write(DOMAIN, words);
  return (await stage.message(DOMAIN)).childText('body') ?? '';
}

describe('what a user can see of his Telegram account', () => {
  it('C21 other sessions are listed, and one can be ended', async () => {
    stage.server.logIn(alice.person, 'Pixel\u202e 9');
    stage.server.logIn(alice.person, 'Old laptop');
    const list = await say('devices');
    expect(list).toContain('1. Keep all of them');
    expect(list).toMatch(/\d\. Pixel 9 \(Pixel 9 [\d.]+\), Germany, last used \d{4}-\d\d-\d\d/);
    const number = /(\d)\. Old laptop/.exec(list)?.[1] ?? '';
    expect(await say(number)).toContain('The session on Old laptop was ended.');
    const devices = [...stage.server.world.authorisations.values()].map(({ device }) => device);
    expect(devices).toHaveLength(2);
    expect(devices).not.toContain('Old laptop');
    expect(await say('devices')).not.toContain('Old laptop');
    expect(await say('1')).toContain('Nothing was ended.');
    expect(stage.server.count(Api.account.ResetAuthorization)).toBe(1);
  });

  it('C21 there may be no other sessions', async () => {
    expect(await say('devices')).toBe('Your account has no other sessions.');
  });

  it('whose it is: name, user name, number, and what this session is called', async () => {
    const told = await say('whoami');
    expect(told).toContain('You are Alice on Telegram.');
    expect(told).toContain('@alice_w');
    expect(told).toContain('+491701234567');
    expect(told).toContain('“jabber.example.org”');
  });

  it('C21 the login can be ended on Telegram’s side, and the registration stays', async () => {
    // That there is no connection any more is told as well, in any order.
    const told = [await say('end-login'), (await stage.message(DOMAIN)).childText('body') ?? ''].join('\n');
    expect(told).toContain('You are logged out of Telegram');
    expect(told).toContain('You are not logged in to Telegram.');
    const { authorisations } = stage.server.world;
    await expect.poll(() => authorisations.size).toBe(0);
    expect(stage.store.row('romeo@example.org')).toMatchObject({
      registered: true,
      secrets: { session: '' },
    });
  });

  it('nobody who is not registered sees anything', async () => {
    await stage.write(DOMAIN, 'devices', { from: 'juliet@example.org/balcony' });
    const answer = await stage.message(DOMAIN, '', 'juliet@example.org');
    expect(answer.childText('body')).not.toContain('session');
  });
});
