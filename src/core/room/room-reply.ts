import type { RoomMessage } from '../../gateway/event.js';
import type { MessageRecord } from '../../store/message-store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { Around } from '../message/incoming-content.js';
import type { Rooms } from './rooms.js';

/** What a message of a room answers, as far as it is known. */
type Answered = Pick<MessageRecord, 'id' | 'xmppIds' | 'direction' | 'author'>;

/** In a room a reply names the author's address there and the id that the room gave to the message (XEP-0461 §4.1). */
export function replyInRoom(
  { options }: Pick<DomainContext, 'options'>,
  rooms: Rooms,
  account: Account,
  { room, replyTo }: Pick<RoomMessage, 'room' | 'replyTo'>,
  answered: Answered | undefined,
): NonNullable<Around['reply']> {
  const to = answered && authorOf(rooms, account, room, answered);
  const named = options.archive.enabled ? answered?.id : answered?.xmppIds[0];
  return {
    ...(replyTo?.quote !== undefined && { quote: replyTo.quote }),
    ...(named && to !== undefined && { reply: { to, id: named } }),
  };
}

function authorOf(
  rooms: Rooms,
  account: Account,
  id: RoomMessage['room'],
  { direction, author }: Answered,
): string | undefined {
  if (direction !== 'out') return author || undefined;
  const room = rooms.glimpse(account, id);
  const self = account.rooms.get(id)?.self;
  const resource = self === undefined ? undefined : room.members.get(self)?.resource;
  return resource === undefined ? room.jid : `${room.jid}/${resource}`;
}
