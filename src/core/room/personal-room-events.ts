import type {
  RoomDescribed,
  RoomMessage,
  RoomMessageEdited,
  RoomMessageRetracted,
  RoomReactionsChanged,
} from '../../gateway/event.js';
import type { Account } from '../account/account.js';
import type { PersonalRoomChanges } from './personal-room-changes.js';
import type { PersonalRoomMessages } from './personal-room-messages.js';
import type { RoomFaces } from './room-faces.js';
import type { RoomPictures } from './room-pictures.js';

/** What a network tells of what happens in rooms that are the account's own. */
export type PersonalRoomEvent =
  | RoomMessage
  | RoomMessageEdited
  | RoomMessageRetracted
  | RoomReactionsChanged
  | RoomDescribed;

/** The one place where everything passes that happens in rooms that are an account's own. */
export class PersonalRoomEvents {
  constructor(
    private readonly messages: PersonalRoomMessages,
    private readonly changes: PersonalRoomChanges,
    private readonly faces: RoomFaces,
    private readonly pictures: RoomPictures,
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
      case 'room-described':
        this.#described(account, event);
        return undefined;
      default:
        return event satisfies never;
    }
  }

  #described(account: Account, { room, name, description, avatar }: RoomDescribed): void {
    const { avatar: before } = this.faces.of(account, room) ?? {};
    const said = { name, ...(description && { description }), ...(avatar && { avatar }) };
    if (this.faces.describe(account, room, said)) this.pictures.changed(account, room, before !== undefined);
  }
}
