import { GatewayError } from '../../../src/gateway/error.js';
import type { MemberId } from '../../../src/gateway/ids.js';
import type { OutboundMessage } from '../../../src/gateway/message.js';
import type { Acceptance } from '../../../src/gateway/session.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgMessage } from '../client/model.js';
import type { EntityText } from '../content/expand-links.js';
import { splitEntityText } from '../content/split-entity-text.js';
import { toEntities } from '../content/to-entities.js';
import { inWords } from '../failure.js';
import { asMessageId, boxOf, messageNumber } from '../ids.js';
import type { MessagePlace } from '../rooms/room-addresses.js';
import type { Offers } from './offers.js';
import { randomIdOf } from './random-id.js';
import { replyOf, type Ways } from './replying.js';
import { silently } from './silent.js';
import { offers, readChoice, takeOffer } from './take-offer.js';
import { toUpload } from './upload.js';

/** UTF-16 units of one message, and of the words below a file (core.telegram.org/api/config). */
const MOST_TEXT = 4_096;
const MOST_CAPTION = 1_024;

/** What sending needs. */
export interface OutgoingServices {
  readonly client: TgClient;
  readonly me: PeerId;
  readonly offers: Offers;
  /** A bot's answer to a button. */
  answered(chat: PeerId, text: string): void;
}

/**
 * Sends a message to a person or into a group, in as many as Telegram needs.
 * @throws {GatewayError}
 */
export async function sendTo(
  services: OutgoingServices,
  chat: PeerId,
  message: OutboundMessage,
  ways: Ways = {},
): Promise<Acceptance> {
  const chosen = await choose(services, chat, message);
  if (chosen === 'done') return { ids: [] };
  // A bot may have a command of that name.
  const quiet = services.client.directory.person(chat)?.bot ? undefined : silently(message);
  const said = chosen ?? quiet ?? message;
  const text = wordsOf(said, ways.member);
  const { attachments = [], key } = said;
  const { topic, ...reply } = await replyOf(services.client, services.me, chat, said, ways);
  const into = { ...(topic !== undefined && { topic }), ...(quiet && { silent: true }) };
  const below = attachments.length > 0 && text.text.length <= MOST_CAPTION;
  const parts = below ? [] : splitEntityText(text, MOST_TEXT);
  if (parts.length === 0 && attachments.length === 0)
    throw new GatewayError('rejected', { key: 'telegram-nothing-to-send' });
  const sent: TgMessage[] = [];
  for (const [index, part] of parts.entries()) {
    const draft = { randomId: randomIdOf(key, index), ...part, ...into, ...(index === 0 && reply) };
    sent.push(...(await inWords(services.client.send(chat, draft))));
  }
  if (attachments.length > 0) {
    const draft = {
      ...{ randomId: randomIdOf(key, parts.length), files: attachments.map(toUpload) },
      ...(below ? text : { text: '', entities: [] }),
      ...into,
      ...(parts.length === 0 && reply),
    };
    sent.push(...(await inWords(services.client.send(chat, draft))));
  }
  return { ids: sent.map(({ id }) => asMessageId(boxOf(chat, services.me), id)) };
}

/** Gives a message of the user other words. @throws {GatewayError} */
export async function editTo(
  client: Pick<TgClient, 'edit'>,
  { chat, number }: MessagePlace,
  change: OutboundMessage,
  { member }: Pick<Ways, 'member'> = {},
): Promise<void> {
  const { text, entities } = wordsOf(change, member);
  if (text.length > MOST_TEXT) throw new GatewayError('too-long', { key: 'telegram-too-long' });
  await inWords(client.edit(chat, number, text, entities));
}

function wordsOf(message: OutboundMessage, member: Ways['member']): EntityText {
  const { action, corrects, subject, unstyled } = message;
  const { text, named } = withMarkedMentions(message);
  const said = action ? `* ${text}` : text;
  const whole = subject === undefined || subject === '' ? said : `${subject}\n${said}`;
  const find = named.size > 0 ? (name: string) => named.get(name) ?? member?.(name) : member;
  return toEntities(corrects ? `* ${whole}` : whole, {
    unstyled: unstyled === true,
    ...(find && { member: find }),
  });
}

/** The text with an `@` before everybody who is named in it, and who that is. */
function withMarkedMentions({ text, mentions = [] }: OutboundMessage): {
  readonly text: string;
  readonly named: ReadonlyMap<string, PeerId>;
} {
  const named = new Map<string, PeerId>();
  let marked = '';
  let from = 0;
  for (const { begin, end, member } of mentions) {
    if (begin < from || end > text.length || !isPerson(member)) continue;
    named.set(text.slice(begin, end), member);
    marked += `${text.slice(from, begin)}${text.charAt(begin - 1) === '@' ? '' : '@'}`;
    from = begin;
  }
  return { text: marked + text.slice(from), named };
}

function isPerson(member: string): member is PeerId & MemberId {
  return /^u\d+$/.test(member);
}

/** `vote 1` or `press 1` below a poll or buttons is no text. The words of a button that only says something are. */
async function choose(
  services: OutgoingServices,
  chat: PeerId,
  message: OutboundMessage,
): Promise<'done' | OutboundMessage | undefined> {
  const choice = readChoice(message.text);
  if (!choice || message.attachments) return undefined;
  const { client, me } = services;
  const answered = message.replyTo && messageNumber(boxOf(chat, me), message.replyTo.id);
  const number = answered ?? (await services.offers.latest(chat));
  const offer = number === undefined ? undefined : await inWords(client.message(chat, number));
  if (!offer || !offers(offer, choice)) return undefined;
  const { say, answer } = await takeOffer(client, offer, choice);
  if (say !== undefined)
    return { ...(message.key !== undefined && { key: message.key }), text: say, unstyled: true };
  if (answer !== undefined) services.answered(chat, answer);
  return 'done';
}
