import type { ContactId, MemberId, NetworkMessageId, RoomId } from '../../src/gateway/ids.js';
import type { PeerId } from './client/model.js';

/** A person's permanent number, as {@link PeerId} has it (E07). */
export const asContactId = (person: PeerId): ContactId => person as string as ContactId;
/** A group or channel, or a topic of a forum: its permanent number, a dot, and that of the topic's first message. */
export const asRoomId = (chat: PeerId, topic?: number): RoomId =>
  (topic === undefined ? chat : `${chat}.${topic}`) as RoomId;
/** The chat behind a room, and which topic of it. */
export function placeOf(room: RoomId): { readonly chat: PeerId; readonly topic?: number } {
  const [chat = room, topic] = room.split('.');
  return { chat: chat as PeerId, ...(topic !== undefined && { topic: Number(topic) }) };
}
/** Somebody in a room: a person, or a chat that speaks with one voice (a channel, an admin who hides). */
export const asMemberId = (peer: PeerId): MemberId => peer as string as MemberId;
/** The person behind a contact. */
export const peerOf = (contact: ContactId): PeerId => contact as string as PeerId;

/**
 * A message: the box that counts it, a slash, and its number there. Private chats and basic groups are counted together
 * in the box of the account itself, supergroups and channels each in their own; so an account that belongs to somebody
 * else now has other ids.
 */
export const asMessageId = (box: PeerId, message: number): NetworkMessageId =>
  `${box}/${message}` as NetworkMessageId;

/** Undefined for what is no message of that box. */
export function messageNumber(box: PeerId, id: NetworkMessageId): number | undefined {
  const named = messageBox(id);
  return named?.box === box ? named.number : undefined;
}

/** The box that counts a message, and its number there; undefined for what is no message of Telegram's. */
export function messageBox(
  id: NetworkMessageId,
): { readonly box: PeerId; readonly number: number } | undefined {
  const [, box, number] = /^([uc][1-9]\d{0,18})\/([1-9]\d{0,9})$/.exec(id) ?? [];
  return box === undefined ? undefined : { box: box as PeerId, number: Number(number) };
}

/** Which box counts the messages of a chat. */
export function boxOf(chat: PeerId, me: PeerId): PeerId {
  return chat.startsWith('c') ? chat : me;
}
