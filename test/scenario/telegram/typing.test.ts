import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ORCHARD } from '../../support/telegram/gateway-stage.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation({ limits: { typingExpiryMs: 200 } });
});
afterEach(() => talk.stage.stop());

const STATES = 'http://jabber.org/protocol/chatstates';

async function state(name: string, to = talk.her): Promise<void> {
  await talk.stage.write(to, `<${name} xmlns='${STATES}'/>`);
}

describe('who is writing', () => {
  it('F15 she: told to clients that know it, and ended where nothing more is heard', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.types(romeo);
    await state('active');
    juliet.says('first', romeo);
    await stage.message(her, 'first');
    expect(stage.heard.all.some((stanza) => stanza.child('composing'))).toBe(false);
    juliet.types(romeo);
    const composing = await stage.next((stanza) => stanza.child('composing') !== undefined, 'composing');
    expect(composing.attrs).toMatchObject({ from: her, to: ORCHARD });
    expect(composing.child('body')).toBeUndefined();
    expect(composing.child('no-store', 'urn:xmpp:hints')).toBeDefined();
    await stage.next((stanza) => stanza.child('paused') !== undefined, 'paused');
  });

  it('F15 he: told to Telegram until he writes no more', async () => {
    const { server } = talk;
    await state('composing');
    const begun = await server.asked(Api.messages.SetTyping);
    expect((begun.request as unknown as Api.messages.SetTyping).action).toBeInstanceOf(
      Api.SendMessageTypingAction,
    );
    await state('paused');
    const ended = await server.asked(Api.messages.SetTyping);
    expect((ended.request as unknown as Api.messages.SetTyping).action).toBeInstanceOf(
      Api.SendMessageCancelAction,
    );
  });

  it('F09 is never words on the network', async () => {
    const { stage, juliet, romeo, her } = talk;
    await state('composing');
    await stage.write(her, "<markable xmlns='urn:xmpp:chat-markers:0'/>");
    await stage.write(her, 'now');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('now');
    expect(juliet.person.box.messages.size).toBe(1);
  });
});
