import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { floodWait } from '../../servers/telegram/faults.js';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';

// Chat goes on as the form does.
describe.each(['ad-hoc command', 'registration form'] as const)(
  'a login to Telegram that cannot be (C21): %s',
  (way) => {
    let stage: LoginStage;
    afterEach(() => stage.stop());

    it.each([
      ['banned', '+491701234567', 'Telegram has banned this number.'],
      ['no number at all', '+1', 'That is not a phone number'],
      ['not international', '0170 1234567', 'That is not a phone number'],
      ['one that Telegram does not know', '+999999999999999', 'That is not a phone number'],
    ])('C06 a number is refused in words, and can be corrected: %s', async (_kind, phone, words) => {
      stage = await LoginStage.start(way);
      const { server } = stage.gateway;
      server.person('Alice', { phone: PHONE, banned: true });
      server.person('Bob', { phone: '491709999999' });
      if (phone.startsWith('+9'))
        server.faults.next(Api.auth.SendCode, { kind: 'error', code: 400, text: 'PHONE_NUMBER_INVALID' });
      const { shown } = await stage.begin(phone);
      expect(shown.text).toContain(words);
      expect((await stage.begin('+491709999999')).shown.text).toContain('It has 5 digits.');
    });

    it('S15 says how long to wait when Telegram wants a pause', async () => {
      stage = await LoginStage.start(way);
      stage.gateway.server.person('Alice', { phone: PHONE });
      stage.gateway.server.faults.next(Api.auth.SendCode, floodWait(5_400));
      const { shown } = await stage.begin();
      expect(shown.text).toContain('Telegram asks for a pause. Try again in 90 minutes.');
      expect(stage.gateway.server.count(Api.auth.SendCode)).toBe(1);
      expect((await stage.begin()).shown.text).toContain('It has 5 digits.');
    });

    it('S15 says so too when the pause is for the code', async () => {
      stage = await LoginStage.start(way);
      stage.gateway.server.person('Alice', { phone: PHONE });
      const { talk } = await stage.begin();
      stage.gateway.server.faults.next(Api.auth.SignIn, floodWait(7_200));
      expect((await talk.answer('code', stage.code())).text).toContain('Try again in 2 hours.');
      expect(stage.registered()).toBe(false);
    });
  },
);
