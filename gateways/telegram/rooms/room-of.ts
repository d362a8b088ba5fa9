import type { RoomId } from '../../../src/gateway/ids.js';
import type { TgMessage } from '../client/model.js';
import { asRoomId } from '../ids.js';

/** The room in which a message is said. */
export function roomOf({ chat }: Pick<TgMessage, 'chat' | 'topic'>): RoomId {
  return asRoomId(chat);
}
