import type { DurableDelivery } from '../delivery/durable-delivery.js';
import type { DomainContext } from '../domain.js';
import { ConversationOrder } from '../message/conversation-order.js';
import type { IncomingContent } from '../message/incoming-content.js';
import { MessageIds } from '../message/message-ids.js';
import type { Screening } from '../screening/screening.js';
import type { ArchiveIds } from './archive-ids.js';
import { PersonalRoomMessages } from './personal-room-messages.js';
import type { RoomEvents } from './room-events.js';
import type { Rooms } from './rooms.js';

/** Works of one room under way and waiting, beyond which its sender is asked to wait. */
const ROOM_BACKLOG = 1_000;

/** What is said in rooms that are an account's own, assembled. */
export class RoomTalk {
  /** What the network brings. */
  readonly inward: PersonalRoomMessages;

  constructor(
    context: DomainContext,
    rooms: Rooms,
    events: RoomEvents,
    delivery: DurableDelivery,
    screening: Screening,
    content: IncomingContent,
    archiveIds: ArchiveIds,
  ) {
    const ids = new MessageIds(context.store, async () => undefined);
    const order = new ConversationOrder(ROOM_BACKLOG);
    this.inward = new PersonalRoomMessages(
      context,
      rooms,
      events,
      delivery,
      screening,
      order,
      content,
      ids,
      archiveIds,
    );
  }
}
