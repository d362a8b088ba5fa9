import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import type { Outbox } from '../delivery/outbox.js';
import { conversationName, type Peer } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { ArchiveReader } from '../history/archive-reader.js';
import { MissedMessages } from '../history/missed-messages.js';
import { HoleReader } from '../history/read-hole.js';
import { ConversationOrder } from '../message/conversation-order.js';
import type { IncomingContent } from '../message/incoming-content.js';
import { KnownReactions } from '../message/known-reactions.js';
import { MessageChanges } from '../message/message-changes.js';
import { MessageIds } from '../message/message-ids.js';
import { MessageSender } from '../message/message-sender.js';
import { UserSignals } from '../message/user-signals.js';
import { UserSpeech } from '../message/user-speech.js';
import type { UserPubsub } from '../privilege/user-pubsub.js';
import type { PictureFetch } from '../profile/picture-fetch.js';
import type { Screening } from '../screening/screening.js';
import type { ArchiveIds } from './archive-ids.js';
import { Moderations } from './moderations.js';
import { PersonalRoomChanges } from './personal-room-changes.js';
import { PersonalRoomEvents } from './personal-room-events.js';
import { PersonalRoomMessages } from './personal-room-messages.js';
import { PersonalRoomSpeech } from './personal-room-speech.js';
import type { RoomBookmarks } from './room-bookmarks.js';
import type { RoomEvents } from './room-events.js';
import { RoomPictures } from './room-pictures.js';
import { RoomReadMarks } from './room-read-marks.js';
import { RoomScribe } from './room-scribe.js';
import { RoomTyping } from './room-typing.js';
import type { Rooms } from './rooms.js';

/** Works of one room under way and waiting, beyond which its sender is asked to wait. */
const ROOM_BACKLOG = 1_000;

/** What is said in rooms that are an account's own, assembled. */
export class RoomTalk {
  /** What users send. */
  readonly user: PersonalRoomSpeech;
  /** What the network brings. */
  readonly inward: PersonalRoomEvents;
  /** What users take away as moderators. */
  readonly moderations: Moderations;
  readonly pictures: RoomPictures;
  /** What was said, also before the gateway was there. */
  readonly archives: ArchiveReader;
  readonly #typing: RoomTyping;

  constructor(
    context: DomainContext,
    sessions: Sessions,
    outbox: Outbox,
    rooms: Rooms,
    events: RoomEvents,
    delivery: DurableDelivery,
    screening: Screening,
    content: IncomingContent,
    archiveIds: ArchiveIds,
    fetch: PictureFetch,
    pubsub: UserPubsub,
    bookmarks: RoomBookmarks,
  ) {
    this.#typing = new RoomTyping(context, events, screening);
    this.pictures = new RoomPictures(rooms, rooms.faces, events, fetch);
    const outward = new ConversationOrder(ROOM_BACKLOG);
    const settled = async (account: Account, peer: Peer): Promise<void> => {
      await outward.settled(conversationName(account.record.id, peer));
      await outbox.settled(account, peer);
    };
    const ids = new MessageIds(context.store, settled);
    const sender = new MessageSender(context, outbox, ids);
    const reacted = new KnownReactions();
    const changes = new MessageChanges(context, outbox, ids, sender, reacted);
    this.moderations = new Moderations(ids);
    const scribe = new RoomScribe(context, rooms.personal, archiveIds);
    const speech = new UserSpeech(context, sessions, outward, sender, changes);
    const signals = new UserSignals(context, ids);
    this.user = new PersonalRoomSpeech(context, rooms, events, speech, signals, scribe);
    const inward = new ConversationOrder(ROOM_BACKLOG);
    const messages = new PersonalRoomMessages(
      context,
      rooms,
      events,
      delivery,
      screening,
      inward,
      content,
      ids,
      scribe,
    );
    const changed = new PersonalRoomChanges(
      context,
      rooms,
      events,
      delivery,
      screening,
      inward,
      content,
      ids,
      scribe,
      messages,
      reacted,
      this.moderations,
    );
    this.inward = new PersonalRoomEvents({
      messages,
      changes: changed,
      typing: this.#typing,
      marks: new RoomReadMarks(context, rooms, events, inward, ids, pubsub),
      bookmarks,
      faces: rooms.faces,
      pictures: this.pictures,
      missed: new MissedMessages(context, rooms.personal, inward, ids, archiveIds),
    });
    this.archives = new ArchiveReader(
      context,
      new HoleReader({ context, rooms, events, screening, content, ids, scribe, settled }),
    );
    rooms.beforeShown((account, room, key) => this.archives.prepare(account, room, key));
  }

  stop(): void {
    this.#typing.stop();
  }
}
