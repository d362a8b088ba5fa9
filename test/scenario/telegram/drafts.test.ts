import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { personPeer } from '../../servers/telegram/world/peers.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

describe('a draft on his telephone', () => {
  it('is nobody’s business, and stays when he writes here', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const draft = new Api.DraftMessage({ message: 'not finished', date: 1 });
    server.push(romeo.person, new Api.UpdateDraftMessage({ peer: personPeer(juliet.person), draft }));
    juliet.says('art thou there?', romeo);
    await stage.message(her, 'art thou there?');
    await stage.write(her, 'I am');
    const { request } = await server.asked(Api.messages.SendMessage);
    expect((request as unknown as Api.messages.SendMessage).clearDraft).toBeFalsy();
    expect(server.count(Api.messages.SaveDraft)).toBe(0);
    expect(stage.bodies(her)).toEqual(['art thou there?']);
  });
});
