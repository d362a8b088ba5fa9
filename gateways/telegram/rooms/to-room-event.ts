import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import type { RoomMessage, RoomMessageEdited } from '../../../src/gateway/event.js';
import type { ContactId, MemberId, RoomId } from '../../../src/gateway/ids.js';
import type { PeerId, TgMessage } from '../client/model.js';
import type { WantedFile } from '../content/media-content.js';
import { withOwnName } from '../content/own-name.js';
import { type MessageContent, type ReadingContext, readMessage } from '../content/read-message.js';
import { asContactId, asMemberId, asMessageId, boxOf } from '../ids.js';

/** Younger messages are told as live (ms): without a time of their own. */
const LIVE_MS = 60_000;
/** In place of words that were taken out of a message whose file stays. */
const NO_WORDS = '…';

/** What a message of a room cannot tell itself. */
export interface RoomContext extends ReadingContext {
  readonly me: PeerId;
  now(): number;
  /** The room in which a message is said. */
  roomOf(message: TgMessage): RoomId;
  /** The user's own `@username`, without the `@`. */
  username(): string | undefined;
  /** What somebody is called in that room. */
  nick(room: RoomId, who: PeerId): string;
  attachment(message: TgMessage, wanted: WantedFile): InboundAttachment;
}

/** Whoever says or does something in a room. */
export interface Actor {
  readonly room: RoomId;
  readonly member: MemberId;
  readonly nick: string;
  readonly contact?: ContactId;
  readonly own?: true;
}

/** A channel speaks itself, and so does an admin who hides behind a group: they are nobody's contact. */
export function actorIn(room: RoomId, who: PeerId, { nick, me }: Pick<RoomContext, 'nick' | 'me'>): Actor {
  return {
    ...{ room, member: asMemberId(who), nick: nick(room, who) },
    ...(who.startsWith('u') && { contact: asContactId(who) }),
    ...(who === me && { own: true }),
  };
}

/** A message of a room. Pure but for what `attachment` opens later. */
export function toRoomMessage(message: TgMessage, context: RoomContext): RoomMessage {
  const { chat, id, date, from = chat, own, service } = message;
  const room = context.roomOf(message);
  const content = readMessage(named(message, room, context), context);
  const { text, styled, remarks, files } = content;
  return {
    ...{ type: 'room-message', ...actorIn(room, from, context), text, style: 'text' },
    id: asMessageId(boxOf(chat, context.me), id),
    roomName: context.name(chat),
    ...(styled && { styled }),
    ...(own && { own: true }),
    ...(context.now() - date > LIVE_MS && { time: date }),
    ...(remarks.length > 0 && { remarks }),
    ...(message.mentionsMe && !own && { calls: callOf(room, context) }),
    ...(service && { automatic: true }),
    ...(files.length > 0 && { attachments: files.map((one) => context.attachment(message, one)) }),
    ...replyOf(chat, content, context),
  };
}

/** Other words of such a message; undefined when nobody wants to hear of it. */
export function toRoomEdited(message: TgMessage, context: RoomContext): RoomMessageEdited | undefined {
  const { chat, id, own, media, edited, service, from = chat } = message;
  // It changes with every step of the person.
  if (service || (media?.kind === 'location' && media.live)) return undefined;
  const room = context.roomOf(message);
  const { text, styled, files } = readMessage(named(message, room, context), context);
  return {
    ...{ type: 'room-message-edited', ...actorIn(room, from, context) },
    message: { id: asMessageId(boxOf(chat, context.me), id), own },
    text: text === '' ? (files[0]?.name ?? NO_WORDS) : text,
    ...(styled && { styled }),
    ...(own && { own: true }),
    ...(edited !== undefined && context.now() - edited > LIVE_MS && { time: edited }),
  };
}

/** The message with the user called by his nick there. */
function named(message: TgMessage, room: RoomId, { me, username, nick }: RoomContext): TgMessage {
  return withOwnName(message, { me, username: username(), nick: nick(room, me) });
}

function callOf(room: RoomId, { me, nick }: RoomContext): NonNullable<RoomMessage['calls']> {
  return { member: asMemberId(me), nick: nick(room, me) };
}

/** What is answered may be in another topic, or in another chat: then its words are quoted, since it is not there. */
function replyOf(
  chat: PeerId,
  { replyTo }: MessageContent,
  { me }: RoomContext,
): Pick<RoomMessage, 'replyTo'> {
  if (!replyTo) return {};
  const { id, quote, chat: where = chat } = replyTo;
  const reference = { id: asMessageId(boxOf(where, me), id), own: false };
  return { replyTo: { ...reference, ...(quote !== undefined && { quote }) } };
}
