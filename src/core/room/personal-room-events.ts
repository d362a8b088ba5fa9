import type {
  RoomDescribed,
  RoomDisplayed,
  RoomListChanged,
  RoomMessage,
  RoomMessageEdited,
  RoomMessageRetracted,
  RoomMissed,
  RoomReactionsChanged,
  RoomsListed,
  RoomTypingChanged,
} from '../../gateway/event.js';
import type { Account } from '../account/account.js';
import type { MissedMessages } from '../history/missed-messages.js';
import type { PersonalRoomChanges } from './personal-room-changes.js';
import type { PersonalRoomMessages } from './personal-room-messages.js';
import type { RoomBookmarks } from './room-bookmarks.js';
import type { RoomFaces } from './room-faces.js';
import type { RoomPictures } from './room-pictures.js';
import type { RoomReadMarks } from './room-read-marks.js';
import type { RoomTyping } from './room-typing.js';

/** What a network tells of what happens in rooms that are the account's own. */
export type PersonalRoomEvent =
  | RoomMessage
  | RoomMessageEdited
  | RoomMessageRetracted
  | RoomReactionsChanged
  | RoomTypingChanged
  | RoomDisplayed
  | RoomDescribed
  | RoomsListed
  | RoomListChanged
  | RoomMissed;

/** The one place where everything passes that happens in rooms that are an account's own. */
export class PersonalRoomEvents {
  constructor(
    private readonly parts: {
      readonly messages: PersonalRoomMessages;
      readonly changes: PersonalRoomChanges;
      readonly typing: RoomTyping;
      readonly marks: RoomReadMarks;
      readonly bookmarks: RoomBookmarks;
      readonly faces: RoomFaces;
      readonly pictures: RoomPictures;
      readonly missed: MissedMessages;
    },
  ) {}

  /** As `SessionHost.emit`. */
  handle(account: Account, event: PersonalRoomEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'room-message':
        this.parts.typing.spoke(account, event.room, event.member);
        if (event.id === undefined) return undefined;
        return this.parts.messages.message(account, { ...event, id: event.id });
      case 'room-message-edited':
        return this.parts.changes.edited(account, event);
      case 'room-message-retracted':
        return this.parts.changes.retracted(account, event);
      case 'room-reactions-changed':
        return this.parts.changes.reactions(account, event);
      case 'room-typing':
        this.parts.typing.changed(account, event);
        return undefined;
      case 'room-displayed':
        return this.parts.marks.displayed(account, event);
      case 'room-list':
        this.#listed(account, event);
        return undefined;
      case 'room-list-changed':
        this.parts.faces.list(account, event.room, event.listed);
        this.parts.bookmarks.changed(account);
        return undefined;
      case 'room-described':
        this.#described(account, event);
        return undefined;
      case 'room-missed':
        return this.parts.missed.note(account, event);
      default:
        return event satisfies never;
    }
  }

  /** The list is all there is. */
  #listed(account: Account, { rooms }: RoomsListed): void {
    const { faces, bookmarks } = this.parts;
    const listed = new Set(rooms.map(({ room }) => room));
    for (const room of faces.listed(account))
      if (!listed.has(room)) faces.list(account, { room, name: '' }, false);
    for (const room of rooms) faces.list(account, room, true);
    bookmarks.changed(account);
  }

  #described(account: Account, { room, name, description, avatar }: RoomDescribed): void {
    const { avatar: before } = this.parts.faces.of(account, room) ?? {};
    const said = { name, ...(description && { description }), ...(avatar && { avatar }) };
    if (this.parts.faces.describe(account, room, said))
      this.parts.pictures.changed(account, room, before !== undefined);
  }
}
