import { afterEach, describe, expect, it } from 'vitest';
import { LoginStage } from '../../support/telegram/login-stage.js';
import { WAYS_TO_TALK } from '../../support/telegram/login-talk.js';

const TOKEN = '4711:AAsecretOfTheRelay';

describe.each(WAYS_TO_TALK)('logging in to Telegram as a bot (C21): %s', (way) => {
  let stage: LoginStage;
  afterEach(() => stage.stop());

  it('C21 leads in by the right token, after wrong ones, and never shows any', async () => {
    stage = await LoginStage.start(way);
    const { server } = stage.gateway;
    server.person('Relay', { bot: true, botToken: TOKEN, homeCentre: 2 });
    const talk = stage.talkOf();
    expect((await talk.begin({ way: 'bot' })).text).toContain('@BotFather');
    for (const wrong of ['4711:wrong', 'no token']) {
      const refused = await talk.answer('token', wrong);
      expect(refused.text).toContain('Telegram does not know this token.');
      expect(refused.text).not.toContain(wrong);
    }
    const end = await talk.answer('token', ` ${TOKEN} `);
    expect(end.text).toContain('logged in to Telegram as Relay');
    await stage.gateway.begun();
    expect(stage.gateway.store.row('romeo@example.org')?.settings).toMatchObject({ bot: true });
    const told = stage.gateway.heard.all.map(String).join('') + stage.gateway.logged.all.join('');
    expect(told).not.toContain(TOKEN);
  });
});
