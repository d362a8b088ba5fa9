import bigInt from 'big-integer';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

describe('what happened, told as a message', () => {
  it.each([
    ['his own coming', new Api.MessageActionContactSignUp(), 'Juliet has come to Telegram.'],
    ['a screenshot', new Api.MessageActionScreenshotTaken(), 'Juliet took a screenshot.'],
    ['a timer', new Api.MessageActionSetMessagesTTL({ period: 86_400 }), 'after 1 day'],
    ['a cleared history', new Api.MessageActionHistoryClear(), 'history was cleared'],
    [
      'a present',
      new Api.MessageActionGiftPremium({ currency: 'EUR', amount: bigInt(1), days: 30 } as never),
      'only Telegram',
    ],
  ])('%s is a sentence', async (_what, action, words) => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says({ action }, romeo);
    expect(bodyOf(await stage.message(her))).toContain(words);
  });

  it('a call that was missed is told, and that it cannot be taken here', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.calls(romeo, { video: true, missed: true });
    expect(bodyOf(await stage.message(her))).toMatch(/^\[Video call from Juliet, not answered.*\]$/);
    juliet.calls(romeo, { seconds: 125 });
    expect(bodyOf(await stage.message(her))).toBe('[Call from Juliet, 2:05]');
  });

  it('a pinned message is told of once', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('Thursday', romeo);
    await stage.message(her, 'Thursday');
    juliet.pins(said);
    const replyTo = new Api.MessageReplyHeader({ replyToMsgId: said.message.id });
    juliet.says({ action: new Api.MessageActionPinMessage(), replyTo }, romeo, { answers: said.message.id });
    juliet.says('at nine', romeo);
    await stage.message(her, 'at nine');
    expect(stage.bodies(her).filter((body) => body.includes('pinned'))).toHaveLength(1);
  });
});
