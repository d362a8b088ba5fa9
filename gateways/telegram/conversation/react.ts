import { GatewayError } from '../../../src/gateway/error.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgReaction } from '../client/model.js';
import { answerNumber, toTelegramReaction } from '../content/reactions.js';
import { inWords } from '../failure.js';
import { takeOffer } from './take-offer.js';

/**
 * Sets all the user's reactions to a message. Numbers such as `1️⃣` vote where the message is a poll; none at all take
 * the vote back. Returns what is a reaction on Telegram itself; undefined when nothing of that has changed.
 * @throws {GatewayError}
 */
export async function reactTo(
  client: Pick<TgClient, 'react' | 'message' | 'vote' | 'press'>,
  chat: PeerId,
  number: number,
  chosen: readonly string[],
  allowed: 'all' | readonly string[],
): Promise<readonly TgReaction[] | undefined> {
  const votes = chosen.flatMap((emoji) => answerNumber(emoji) ?? []);
  const reactions = chosen
    .filter((emoji) => answerNumber(emoji) === undefined)
    .map((emoji) => toTelegramReaction(emoji, allowed) ?? refused());
  const asked = votes.length > 0 || chosen.length === 0;
  const message = asked ? await inWords(client.message(chat, number)) : undefined;
  const poll = message?.media?.kind === 'poll' ? message.media.poll : undefined;
  if (message && poll && (votes.length > 0 || poll.answers.some((answer) => answer.chosen))) {
    await takeOffer(client, message, { act: 'vote', numbers: votes });
    if (reactions.length === 0 && (message.reactions?.own.length ?? 0) === 0) return undefined;
  } else if (votes.length > 0) refused();
  await inWords(client.react(chat, number, reactions));
  return reactions;
}

function refused(): never {
  throw new GatewayError('rejected', { key: 'telegram-refused-reaction' });
}
