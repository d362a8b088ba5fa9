import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

describe('“/silent” before a text', () => {
  it('has it arrive without a sound, and without that word', async () => {
    const { stage, romeo, juliet, her } = talk;
    await stage.write(her, '/silent good night *sweet* prince');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('good night sweet prince');
    expect(juliet.heard(romeo)).toMatchObject({ silent: true, entities: [expect.anything()] });
    await stage.write(her, 'and flights of angels');
    await expect.poll(() => juliet.heard(romeo)?.text).toContain('angels');
    expect(juliet.heard(romeo)?.silent).not.toBe(true);
  });

  it('is just a text where nothing follows, and where a bot may know it', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    await stage.write(her, '/silent');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('/silent');
    const bot = server.person('Chorus', { bot: true });
    bot.says('hello', romeo);
    await stage.message(stage.jid(bot), 'hello');
    await stage.write(stage.jid(bot), '/silent on');
    await expect.poll(() => bot.heard(romeo)?.text).toBe('/silent on');
  });
});
