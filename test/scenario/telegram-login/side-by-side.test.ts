import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { ARRIVAL_TIMEOUT_MS } from '../../client/inbox.js';
import { ROMEO } from '../../support/telegram/gateway-stage.js';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';
import { TALKS, WAYS_TO_TALK } from '../../support/telegram/login-talk.js';

const JULIET = 'juliet@example.org';
const BALCONY = `${JULIET}/balcony`;
const HER_PHONE = '491709999999';

describe('logins side by side', () => {
  let stage: LoginStage;
  afterEach(() => stage.stop());

  it.each(WAYS_TO_TALK)('C21 no one gets the code of another: %s', async (way) => {
    stage = await LoginStage.start(way);
    const { server, store } = stage.gateway;
    const alice = server.person('Alice', { phone: PHONE });
    const bob = server.person('Bob', { phone: HER_PHONE });
    const [his, hers] = await Promise.all([stage.begin(), stage.begin(`+${HER_PHONE}`, BALCONY)]);
    expect((await his.talk.answer('code', stage.code(HER_PHONE))).text).toContain('That code is wrong.');
    const ends = await Promise.all([
      his.talk.answer('code', stage.code()),
      hers.talk.answer('code', stage.code(HER_PHONE)),
    ]);
    expect(ends[0]?.text).toContain('logged in to Telegram as Alice');
    expect(ends[1]?.text).toContain('logged in to Telegram as Bob');
    expect(store.row(ROMEO)?.settings.user).toBe(`u${alice.id}`);
    expect(store.row(JULIET)?.settings.user).toBe(`u${bob.id}`);
    expect(store.row(ROMEO)?.secrets.session).not.toBe(store.row(JULIET)?.secrets.session);
  });

  it('C21 the code of one login is worth nothing in another, be it for the same number', async () => {
    stage = await LoginStage.start();
    stage.gateway.server.person('Alice', { phone: PHONE });
    const his = await stage.begin();
    const hers = await stage.begin(`+${PHONE}`, BALCONY);
    expect(hers.shown.text).toContain('It has 5 digits.');
    const refused = await his.talk.answer('code', stage.code());
    expect(refused.text).not.toContain('logged in to Telegram as');
    expect([stage.registered(ROMEO), stage.registered(JULIET)]).toEqual([false, false]);
  });

  it('C21 another client of the user cannot go on with a command, only with a chat of its own', async () => {
    stage = await LoginStage.start('chat dialogue');
    stage.gateway.server.person('Alice', { phone: PHONE });
    await stage.begin();
    // One user, one conversation with the gateway, whichever of his clients he types at.
    const other = TALKS['chat dialogue'](stage.gateway, `${ROMEO}/phone`);
    expect((await other.answer('code', stage.code())).text).toContain('logged in to Telegram as Alice');
  });

  it('C21 a login begun anew ends the one before', async () => {
    stage = await LoginStage.start();
    stage.gateway.server.person('Alice', { phone: PHONE });
    const first = await stage.begin();
    const second = await stage.begin();
    const over = await first.talk.answer('code', stage.code());
    expect(over.text).toContain('This login has taken too long, or you have begun another one.');
    expect((await second.talk.answer('code', stage.code())).text).toContain('logged in');
  });

  it('C21 a login that takes too long ends, with its connection and what it had got, and says so', async () => {
    stage = await LoginStage.start('chat dialogue', { telegram: { logins: { minutes: 0.2 } } });
    const { server } = stage.gateway;
    const alice = server.person('Alice', { phone: PHONE });
    const scanned = await TALKS['ad-hoc command'](stage.gateway, BALCONY).begin({ way: 'qr' });
    const { talk } = await stage.begin();
    alice.scans(stage.linkIn(scanned));
    // Who has scanned a code and never came back has no session left on Telegram's side.
    await server.asked(Api.auth.LogOut);
    const connections = () => server.centres.map((centre) => centre.connections);
    await expect.poll(connections, { timeout: ARRIVAL_TIMEOUT_MS }).toEqual([0, 0]);
    expect(server.world.authorisations.size).toBe(0);
    const over = await talk.answer('code', stage.code());
    expect(over.text).toContain('This login has taken too long');
    expect(server.count(Api.auth.SignIn)).toBe(0);
    expect(stage.registered()).toBe(false);
  });

  it('S17 no more logins than the operator wants are under way at a time', async () => {
    stage = await LoginStage.start('ad-hoc command', { telegram: { logins: { atATime: 1 } } });
    stage.gateway.server.person('Alice', { phone: PHONE });
    await stage.begin();
    const refused = await stage.begin(`+${HER_PHONE}`, BALCONY);
    expect(refused.shown.text).toContain('Too many people are logging in at the moment.');
  });
});
