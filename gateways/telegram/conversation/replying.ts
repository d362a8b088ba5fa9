import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { OutboundMessage } from '../../../src/gateway/message.js';
import type { TgClient, TgDraft } from '../client/client.js';
import type { PeerId } from '../client/model.js';
import { boxOf, messageNumber } from '../ids.js';
import type { MessagePlace } from '../rooms/room-addresses.js';

/** The general topic of a forum needs no naming. */
const GENERAL_TOPIC = 1;

/** A message that is answered. */
export interface Answered extends MessagePlace {
  /** Of a forum. */
  readonly topic?: number;
}

/** Where in a chat a message goes, and who is there. */
export interface Ways {
  /** Of a forum. */
  readonly topic?: number;
  /** Outside of forums: what words stand below that answer nothing else. */
  readonly below?: number;
  /** Where a message lies that is answered; undefined where it cannot be. */
  answered?(id: NetworkMessageId): Promise<Answered | undefined>;
  /** Who is called so in that chat. */
  member?(name: string): PeerId | undefined;
}

/**
 * What is answered, and the topic in which the answer stands: another one than that of what is answered only where the
 * user says so. Telegram wants a quotation to be part of what is answered, and shows the whole by itself.
 */
export async function replyOf(
  client: Pick<TgClient, 'message'>,
  me: PeerId,
  chat: PeerId,
  { replyTo }: OutboundMessage,
  ways: Ways,
): Promise<Pick<TgDraft, 'replyTo' | 'replyChat' | 'quote' | 'topic'>> {
  const found = replyTo && (await answeredIn(chat, me, replyTo.id, ways));
  if (!found) {
    const { topic, below } = ways;
    return { ...(topic !== undefined && { topic }), ...(below !== undefined && { replyTo: below }) };
  }
  const topic = ways.topic ?? found.topic;
  const across = found.chat !== chat || (found.topic ?? GENERAL_TOPIC) !== (topic ?? GENERAL_TOPIC);
  const place = {
    replyTo: found.number,
    ...(topic !== undefined && { topic }),
    ...(across && { replyChat: found.chat }),
  };
  const quote = replyTo?.quote?.trim() ?? '';
  if (quote === '') return place;
  const message = await client.message(found.chat, found.number).catch(() => undefined);
  const whole = message?.text.trim() ?? '';
  const part = quote !== whole && whole.includes(quote);
  return { ...place, ...(part && { quote }) };
}

async function answeredIn(
  chat: PeerId,
  me: PeerId,
  id: NetworkMessageId,
  { answered }: Ways,
): Promise<Answered | undefined> {
  if (answered) return answered(id);
  const number = messageNumber(boxOf(chat, me), id);
  return number === undefined ? undefined : { chat, number };
}
