import type { DirectMessage } from '../../../src/gateway/event.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { TgClient } from '../client/client.js';
import type { TgMessage } from '../client/model.js';
import { inWords } from '../failure.js';
import { peerOf } from '../ids.js';

/** The newest messages with a person, oldest first. Rejects with GatewayError. */
export async function conversationPast(
  client: Pick<TgClient, 'history'>,
  contact: ContactId,
  limit: number,
  past: (message: TgMessage) => DirectMessage,
): Promise<readonly DirectMessage[]> {
  const found: TgMessage[] = [];
  const chat = peerOf(contact);
  for (let before: number | undefined; found.length < limit; ) {
    const wanted = { limit: limit - found.length, ...(before !== undefined && { before }) };
    const { messages, more } = await inWords(client.history(chat, wanted));
    found.push(...messages);
    before = messages.at(-1)?.id;
    if (!more || before === undefined) break;
  }
  return found.reverse().map(past);
}
