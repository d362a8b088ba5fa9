import { afterEach, describe, expect, it } from 'vitest';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';
import { WAYS_TO_TALK } from '../../support/telegram/login-talk.js';

const PASSWORD = 'korrekt, Pferd';

describe.each(WAYS_TO_TALK)('the second factor of a Telegram account (C21): %s', (way) => {
  let stage: LoginStage;
  afterEach(() => stage.stop());

  it('C21 is asked for with its hint, as often as it is wrong, and never shown', async () => {
    stage = await LoginStage.start(way);
    stage.gateway.server.person('Alice', { phone: PHONE, password: PASSWORD, passwordHint: 'a\nhorse' });
    const { talk } = await stage.begin();
    const asked = await talk.answer('code', stage.code());
    expect(asked.text).toContain('two-step verification');
    expect(asked.text).toContain('Your hint for it: a horse');
    const wrong = await talk.answer('password', 'falsch');
    expect(wrong.text).toContain('That password is wrong. Try again.');
    expect(wrong.text).not.toContain('falsch');
    expect(stage.registered()).toBe(false);
    const end = await talk.answer('password', PASSWORD);
    expect(end.text).toContain('logged in to Telegram as Alice');
    expect(stage.registered()).toBe(true);
    await stage.gateway.begun();
    const told = stage.gateway.heard.all.map(String).join('') + stage.gateway.logged.all.join('');
    for (const secret of [PASSWORD, 'falsch', stage.code()]) expect(told).not.toContain(secret);
    expect(told).not.toContain(stage.gateway.store.row('romeo@example.org')?.secrets.session);
  });
});
