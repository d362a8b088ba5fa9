import type {
  RoomMessage,
  RoomMessageEdited,
  RoomMessageRetracted,
  RoomReactionsChanged,
} from '../../gateway/event.js';
import type { Account } from '../account/account.js';
import type { PersonalRoomChanges } from './personal-room-changes.js';
import type { PersonalRoomMessages } from './personal-room-messages.js';

/** What a network tells of what happens in rooms that are the account's own. */
export type PersonalRoomEvent = RoomMessage | RoomMessageEdited | RoomMessageRetracted | RoomReactionsChanged;

/** The one place where everything passes that happens in rooms that are an account's own. */
export class PersonalRoomEvents {
  constructor(
    private readonly messages: PersonalRoomMessages,
    private readonly changes: PersonalRoomChanges,
  ) {}

  /** As `SessionHost.emit`. */
  handle(account: Account, event: PersonalRoomEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'room-message':
        return event.id === undefined
          ? undefined
          : this.messages.message(account, { ...event, id: event.id });
      case 'room-message-edited':
        return this.changes.edited(account, event);
      case 'room-message-retracted':
        return this.changes.retracted(account, event);
      case 'room-reactions-changed':
        return this.changes.reactions(account, event);
      default:
        return event satisfies never;
    }
  }
}
