import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { floodWait } from '../../servers/telegram/faults.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation({ telegram: { limits: { silentWaitMs: 1, burst: 1_000, perSecond: 1_000 } } });
});
afterEach(() => talk.stage.stop());

describe('when Telegram wants him to wait', () => {
  it('H27 it is waited for, he is told once, and everything arrives in order', async () => {
    const { stage, server, juliet, romeo, her } = talk;
    server.faults.next(Api.messages.SendMessage, floodWait(1), floodWait(1));
    const words = ['one', 'two', 'three', 'four'];
    for (const word of words) await stage.write(her, word);
    await expect.poll(() => juliet.heard(romeo)?.text, { timeout: 20_000 }).toBe('four');
    const heard = [...juliet.person.box.messages.values()].map(({ text }) => text);
    expect(heard).toEqual(words);
    const told = stage.heard.all.filter(
      ({ name, attrs }) => name === 'message' && (attrs.from === DOMAIN || attrs.from === her),
    );
    expect(told.map((stanza) => stanza.childText('body'))).toEqual([expect.stringMatching(/second/)]);
  });
});
