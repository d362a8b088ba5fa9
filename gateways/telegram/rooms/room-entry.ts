import type { RoomDescribed, RoomEntered, RoomSubject } from '../../../src/gateway/event.js';
import type { PlaceId, RoomId } from '../../../src/gateway/ids.js';
import type { TgClient, TgMember } from '../client/client.js';
import { TgError } from '../client/client.js';
import type { PeerId, TgChat, TgMessage } from '../client/model.js';
import { cleanLine } from '../content/names.js';
import { readMessage } from '../content/read-message.js';
import { asMemberId } from '../ids.js';
import { nameOf } from './account-chats.js';
import { type MemberLimits, shownMembers } from './members.js';
import type { OccupiedRoom } from './occupied-room.js';

/** Characters of a description, and of a pinned message as the subject. */
const MAX_DESCRIPTION = 2_000;
const MAX_SUBJECT = 1_000;

/** What a room shows to who comes in, besides what everybody knows of the chat. */
export interface Entry {
  readonly description: string;
  readonly members: readonly TgMember[];
  readonly subject: RoomSubject | undefined;
  /** As `TgClient.about`. */
  readonly reactions: 'all' | readonly string[];
  /** 0: none. */
  readonly slowModeSeconds: number;
  /** The group of a channel's comments, or the channel of such a group. */
  readonly linked: PeerId | undefined;
}

/** Reads it. Rejects with TgError where the network is away. */
export async function readEntry(
  client: Pick<TgClient, 'about' | 'members' | 'history' | 'message'>,
  chat: TgChat,
  limits: MemberLimits,
  name: (peer: PeerId) => string,
): Promise<Entry> {
  const about = await client.about(chat.id).catch(unlessAway);
  const { text = '', members: count = chat.members, pinned, reactions = 'all' } = about ?? {};
  const { slowModeSeconds = 0, linkedChat: linked } = about ?? {};
  const [members, message] = await Promise.all([
    shownMembers(client, chat, count, limits),
    pinned === undefined ? undefined : client.message(chat.id, pinned).catch(unlessAway),
  ]);
  const subject = message && subjectOf(message, name);
  return { description: descriptionOf(text), members, subject, reactions, slowModeSeconds, linked };
}

/** What is said of a chat, as lines of text. */
export function descriptionOf(text: string): string {
  const lines = text.slice(0, MAX_DESCRIPTION).split('\n');
  return lines
    .map((line) => cleanLine(line, MAX_DESCRIPTION))
    .join('\n')
    .trim();
}

/** A pinned message as the subject of its room: what everybody is to see first. */
export function subjectOf(message: TgMessage, name: (peer: PeerId) => string): RoomSubject {
  const { from = message.chat, date } = message;
  const { text, files } = readMessage(message, { name });
  const words = (text === '' ? (files[0]?.name ?? '') : text).trim();
  const cut = words.length > MAX_SUBJECT ? `${[...words].slice(0, MAX_SUBJECT - 1).join('')}…` : words;
  return { text: cut, by: name(from), time: date };
}

/** The room as the core is told of it. */
export function toEntered(
  { room, chat, me, members, description, traits }: OccupiedRoom,
  subject: RoomSubject | undefined,
  name: string,
): RoomEntered {
  return {
    ...{ type: 'room-entered', room, place: placeOfRoom(room), self: asMemberId(me), members, name },
    ...(subject && { subject }),
    ...(description !== '' && { description }),
    ...(chat.photo !== undefined && { avatar: chat.photo }),
    ...{ traits, created: false, resumed: false },
  };
}

/** What it is called and what is said of it, told anew. */
export function toDescribed({ room, chat, topic, description }: OccupiedRoom): RoomDescribed {
  return {
    ...{ type: 'room-described', room, name: nameOf(chat, topic) },
    ...(description !== '' && { description }),
    ...(chat.photo !== undefined && { avatar: chat.photo }),
  };
}

/** Each room is a place by itself: a name that is taken in one may be free in another. */
export function placeOfRoom(room: RoomId): PlaceId {
  return room as string as PlaceId;
}

function unlessAway(error: unknown): undefined {
  if (error instanceof TgError && error.kind === 'refused') return undefined;
  throw error;
}
