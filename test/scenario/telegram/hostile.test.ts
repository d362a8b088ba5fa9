import bigInt from 'big-integer';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { personPeer } from '../../servers/telegram/world/peers.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const NOBODY = new Api.PeerUser({ userId: bigInt('9223372036854775807') });

/** What no server should send. */
function nonsense(her: Api.PeerUser): readonly Api.TypeUpdate[] {
  const numbers = { pts: -5, ptsCount: 2_000_000_000 };
  const message = new Api.Message({ id: -1, peerId: NOBODY, date: -1, message: '\u0000\ufffe\ud800' });
  return [
    new Api.UpdateNewMessage({ message: new Api.MessageEmpty({ id: 5 }), ...numbers }),
    new Api.UpdateNewMessage({ message, ...numbers }),
    new Api.UpdateEditMessage({ message, ...numbers }),
    new Api.UpdateReadHistoryOutbox({ peer: NOBODY, maxId: 2_147_483_647, ...numbers }),
    new Api.UpdateUserTyping({ userId: bigInt(0), action: new Api.SendMessageTypingAction() }),
    new Api.UpdateUserStatus({
      userId: her.userId,
      status: new Api.UserStatusOnline({ expires: 2_147_483_647 }),
    }),
    new Api.UpdatePeerBlocked({ peerId: new Api.PeerChat({ chatId: bigInt(7) }), blocked: true }),
    new Api.UpdateMessagePoll({
      pollId: bigInt(1),
      results: new Api.PollResults({ results: [], totalVoters: -3 }),
    }),
    new Api.UpdateDeleteMessages({
      messages: Array.from({ length: 5_000 }, (_, index) => index * 400_000 - 3),
      ...{ pts: 0, ptsCount: 0 },
    }),
  ];
}

describe('a server that sends nonsense', () => {
  it('S07 harms nobody: the talk goes on', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says('before', romeo);
    await stage.message(her, 'before');
    for (const update of nonsense(personPeer(juliet.person))) server.push(romeo.person, update);
    juliet.says('after it', romeo);
    await stage.message(her, 'after it');
    await stage.write(her, 'as ever');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('as ever');
    expect(stage.bodies(her)).toEqual(['before', 'after it']);
  });

  it('S11 a text without end is cut into stanzas, and no more than some', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says('wherefore '.repeat(200_000), romeo);
    juliet.says('after it', romeo);
    await stage.message(her, 'after it');
    const total = stage.bodies(her).reduce((sum, body) => sum + body.length, 0);
    expect(total).toBeLessThan(20 * 50_000 + 1_000);
  });
});
