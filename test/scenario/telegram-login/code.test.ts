import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';
import { WAYS_TO_TALK } from '../../support/telegram/login-talk.js';

describe.each(WAYS_TO_TALK)('logging in to Telegram by a code (C21): %s', (way) => {
  let stage: LoginStage;
  afterEach(() => stage.stop());

  it('C21 leads in: number, code; the account lives elsewhere', async () => {
    stage = await LoginStage.start(way);
    const { server } = stage.gateway;
    server.person('Alice', { phone: PHONE, homeCentre: 2 });
    const { talk, shown } = await stage.begin('+49 170 1234567');
    expect(shown.text).toContain('a chat “Telegram”'.slice(2));
    expect(shown.text).toContain('It has 5 digits.');
    const end = await talk.answer('code', stage.code());
    expect(end.text).toContain('You are registered.');
    expect(end.text).toContain('You are logged in to Telegram as Alice.');
    expect(stage.registered()).toBe(true);
    await stage.gateway.begun();
    expect((await server.asked(Api.auth.SignIn)).centre).toBe(2);
    expect(server.world.authorisations.size).toBe(1);
  });

  it('C21 takes the right code after a wrong one, however it is written', async () => {
    stage = await LoginStage.start(way);
    stage.gateway.server.person('Alice', { phone: PHONE });
    const { talk } = await stage.begin();
    const wrong = await talk.answer('code', '1');
    expect(wrong.text).toContain('That code is wrong. Try again.');
    const code = stage.code();
    const end = await talk.answer('code', ` ${code.slice(0, 2)}-${code.slice(2)} `);
    expect(end.text).toContain('logged in');
    expect(stage.gateway.server.count(Api.auth.SendCode)).toBe(1);
  });

  it('C21 sends another code for one that is too old', async () => {
    stage = await LoginStage.start(way);
    stage.gateway.server.person('Alice', { phone: PHONE });
    const { talk } = await stage.begin();
    const sent = stage.gateway.server.codes.get(PHONE);
    if (sent) sent.expired = true;
    const old = stage.code();
    const again = await talk.answer('code', old);
    expect(again.text).toContain('That code is too old. Another one was sent.');
    expect(stage.code()).not.toBe(old);
    expect((await talk.answer('code', stage.code())).text).toContain('logged in');
  });

  it('C21 sends a code in another way when it is left empty, and says where it went; not without end', async () => {
    stage = await LoginStage.start(way, { telegram: { logins: { codes: 2 } } });
    stage.gateway.server.person('Alice', { phone: PHONE, codesBy: 'app' });
    const { talk, shown } = await stage.begin();
    expect(shown.text).toContain('inside Telegram');
    const again = await talk.answer('code');
    expect(again.text).toContain('another one was asked for');
    expect(again.text).toContain('in a text message');
    const enough = await talk.answer('code');
    expect(enough.text).toContain('No more codes are sent in this login.');
    expect((await talk.answer('code', stage.code())).text).toContain('logged in');
    expect(stage.gateway.server.count(Api.auth.ResendCode)).toBe(1);
  });

  it('C21 makes no account for a number without one, and says why', async () => {
    stage = await LoginStage.start(way);
    const { talk } = await stage.begin();
    const refused = await talk.answer('code', stage.code());
    expect(refused.text).toContain('This number has no Telegram account.');
    expect(refused.text).toContain('sign up there');
    expect(stage.gateway.server.world.byPhone(PHONE)).toBeUndefined();
    expect(stage.gateway.server.count(Api.auth.SignUp)).toBe(0);
    expect(stage.registered()).toBe(false);
  });
});
