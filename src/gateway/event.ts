import type { InboundAttachment } from './attachment.js';
import type { ContactCard, ContactPresence } from './contact.js';
import type { GatewayError } from './error.js';
import type { ContactId, MemberId, NetworkMessageId, PlaceId, RoomId } from './ids.js';
import type { MessageReference } from './message.js';
import type { Text } from './text.js';

/** XEP-0045 §5.2; `none` is everybody without a lasting right. */
export type Affiliation = 'owner' | 'admin' | 'member' | 'none' | 'outcast';
/** XEP-0045 §5.1; `default` is a participant, or a visitor while the room is moderated. */
export type Role = 'moderator' | 'participant' | 'visitor' | 'default';

/** A person in a room. Shared by all accounts that see the room: never changed, replaced by a new object. */
export interface RoomMember {
  readonly id: MemberId;
  /** Display form, unprepared. */
  readonly nick: string;
  /** The person as a contact, so that a private message finds him. */
  readonly contact: ContactId;
  readonly affiliation: Affiliation;
  readonly role: Role;
  readonly away?: boolean;
}

/** What disco tells of a room (XEP-0045 §6.4). */
export interface RoomTraits {
  readonly moderated: boolean;
  readonly membersOnly: boolean;
  readonly hidden: boolean;
  readonly passwordProtected: boolean;
  /** Whether an ordinary participant may change the subject. */
  readonly openSubject: boolean;
  /** Seconds between two messages of one participant, 0: none (XEP-0500); undefined where there is no such thing. */
  readonly slowModeSeconds?: number;
}

/** The subject of a room; an empty text is none. */
export interface RoomSubject {
  readonly text: string;
  /** Display name of who set it, if known. */
  readonly by?: string;
  /** UTC milliseconds; undefined when the network does not tell. */
  readonly time?: number;
}

/**
 * Sessions of several accounts that observe one and the same thing emit the very same object: the core
 * parses, renders and archives it once and keeps what it made in `memo`, which is opaque to the network.
 */
interface Shared {
  memo?: unknown;
  /** UTC milliseconds; undefined for live events: now. */
  readonly time?: number;
}

/**
 * Somebody has said something in a room. With an `id` it is accepted durably, see `SessionHost.emit`: kept for the
 * account also while no client of it is in the room, and dropped when the account has the id already.
 */
export interface RoomMessage extends Shared {
  readonly type: 'room-message';
  readonly room: RoomId;
  readonly member: MemberId;
  readonly nick: string;
  readonly text: string;
  readonly style: 'text' | 'action' | 'notice';
  /** The network's own id. Only where rooms are the account's own (`Gateway.messaging`); so is all that follows. */
  readonly id?: NetworkMessageId;
  /** Who wrote it, as a contact, where he need not be a member any more. */
  readonly contact?: ContactId;
  /** The user wrote it himself, elsewhere (F32). */
  readonly own?: boolean;
  /** As in {@link DirectMessage}. */
  readonly styled?: boolean;
  readonly subject?: string;
  readonly thread?: string;
  readonly replyTo?: DirectMessage['replyTo'];
  readonly attachments?: readonly InboundAttachment[];
  readonly automatic?: boolean;
  readonly remarks?: readonly Text[];
  /** What the room is called, for the invitation of a user who is not in it. */
  readonly roomName?: string;
  /** It calls out to the user, who is this member. What he is called should stand in the text. */
  readonly calls?: { readonly member: MemberId; readonly nick: string };
}
/** Somebody has come into a room. */
export interface MemberJoined extends Shared {
  readonly type: 'member-joined';
  readonly room: RoomId;
  readonly member: RoomMember;
}
/** One person leaves one room. `removed` has been kicked by `by`. */
export interface MemberLeft extends Shared {
  readonly type: 'member-left';
  readonly room: RoomId;
  readonly member: MemberId;
  readonly cause: 'left' | 'removed' | 'banned';
  readonly by?: string;
  readonly reason?: string;
}
/** A person leaves a place, and with it all rooms there that we see him in. */
export interface PersonLeft extends Shared {
  readonly type: 'person-left';
  readonly place: PlaceId;
  readonly member: MemberId;
  readonly contact: ContactId;
  readonly reason?: string;
}
/** A person has a new name in all rooms of a place. */
export interface PersonRenamed extends Shared {
  readonly type: 'person-renamed';
  readonly place: PlaceId;
  readonly from: MemberId;
  readonly to: MemberId;
  readonly nick: string;
  readonly contact: ContactId;
}
/** Away or back, in all rooms of a place. */
export interface PersonAway extends Shared {
  readonly type: 'person-away';
  readonly place: PlaceId;
  readonly member: MemberId;
  readonly contact: ContactId;
  readonly away: boolean;
  readonly text?: string;
}
/** A member of a room has other rights now. */
export interface MemberChanged extends Shared {
  readonly type: 'member-changed';
  readonly room: RoomId;
  readonly member: MemberId;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** Display name of who has changed them; undefined: nobody in particular. */
  readonly by?: string;
}
/** A room has another subject; `member` is who set it, if known. */
export interface SubjectChanged extends Shared {
  readonly type: 'subject-changed';
  readonly room: RoomId;
  readonly member?: MemberId;
  readonly subject: RoomSubject;
}
/** A room works by other rules now. */
export interface TraitsChanged extends Shared {
  readonly type: 'traits-changed';
  readonly room: RoomId;
  readonly traits: RoomTraits;
}

/** Events that concern one account only. */
export interface RoomEntered {
  readonly type: 'room-entered';
  readonly room: RoomId;
  readonly place: PlaceId;
  /** The user's own id there; his entry is among the members. */
  readonly self: MemberId;
  readonly members: readonly RoomMember[];
  readonly subject?: RoomSubject;
  readonly traits: RoomTraits;
  /** What the room is called, unchecked text; default the local part of its address. */
  readonly name?: string;
  /** As in {@link RoomDescribed}. */
  readonly description?: string;
  readonly avatar?: string;
  /** The room did not exist before (XEP-0045 status 201). */
  readonly created: boolean;
  /** The room came back after the network was lost; the members are the truth now, nothing else is implied. */
  readonly resumed: boolean;
}
/** A wish to join was refused. */
export interface RoomRefused {
  readonly type: 'room-refused';
  readonly room: RoomId;
  readonly error: GatewayError;
}
/**
 * The connection behind a joined room broke and is being made again. Nothing is told to the user yet: either
 * `room-entered` with `resumed` follows, or `room-left` with `network-lost` when it took too long.
 */
export interface RoomSuspended {
  readonly type: 'room-suspended';
  readonly room: RoomId;
}
/** The account is out of the room. After `network-lost` the network forgets the room. */
export interface RoomLeft {
  readonly type: 'room-left';
  readonly room: RoomId;
  readonly cause: 'left' | 'removed' | 'banned' | 'network-lost';
  readonly by?: string;
  readonly reason?: string;
}
/** A private message between a person and the user. Accepted durably when it has an `id`: see `SessionHost.emit`. */
export interface DirectMessage {
  readonly type: 'direct-message';
  /** The other person, whoever of the two wrote it. */
  readonly from: ContactId;
  /** Display name of the other person. */
  readonly nick: string;
  readonly text: string;
  readonly style: 'text' | 'action' | 'notice';
  /** UTC milliseconds when it is not live. */
  readonly time?: number;
  /** The network's own id; equal ids are one message (deduplicated on account and id). */
  readonly id?: NetworkMessageId;
  /** The user wrote it himself, elsewhere (F32). */
  readonly own?: boolean;
  /** The network has styled text and it was rendered to XEP-0393; else marks in the text mean nothing (F24). */
  readonly styled?: boolean;
  readonly subject?: string;
  /** XEP-0201. */
  readonly thread?: string;
  readonly replyTo?: MessageReference & {
    /** The quoted words, for clients without replies. */ readonly quote?: string;
  };
  readonly attachments?: readonly InboundAttachment[];
  /** Sent by a program, not a person (RFC 3834): nothing answers it by itself. */
  readonly automatic?: boolean;
  /** What the gateway has to say of the message; shown below its text, in the user's language. */
  readonly remarks?: readonly Text[];
}
/** A private message has other words now. */
export interface MessageEdited {
  readonly type: 'message-edited';
  readonly contact: ContactId;
  readonly message: MessageReference;
  readonly text: string;
  readonly styled?: boolean;
  readonly time?: number;
  readonly remarks?: readonly Text[];
}
/** A message was taken back by whom wrote it: a private one, or one of any conversation where that is not told. */
export interface MessageRetracted {
  readonly type: 'message-retracted';
  /** Undefined where the network does not say in which conversation: what is not known by its id is passed over. */
  readonly contact?: ContactId;
  readonly message: MessageReference;
}
/** Whoever did something in a room that is the account's own; he need not be a member any more. */
interface RoomActor {
  readonly room: RoomId;
  readonly member: MemberId;
  readonly nick: string;
  readonly contact?: ContactId;
  /** It was the user himself, elsewhere. */
  readonly own?: boolean;
}
/** A message of a room that is the account's own has other words now. */
export interface RoomMessageEdited extends RoomActor {
  readonly type: 'room-message-edited';
  readonly message: MessageReference;
  readonly text: string;
  readonly styled?: boolean;
  readonly time?: number;
  readonly remarks?: readonly Text[];
}
/** A message of a room that is the account's own was taken back. */
export interface RoomMessageRetracted {
  readonly type: 'room-message-retracted';
  readonly room: RoomId;
  readonly message: MessageReference;
  /** Display name of the moderator who took it away; undefined: its author did, or nobody knows. */
  readonly by?: string;
  readonly reason?: string;
}
/** All reactions of one person to a message of a room that is the account's own (XEP-0444 §3). */
export interface RoomReactionsChanged extends RoomActor {
  readonly type: 'room-reactions-changed';
  readonly message: MessageReference;
  readonly emojis: readonly string[];
}
/** Somebody writes in a room that is the account's own, or has stopped to. */
export interface RoomTypingChanged extends RoomActor {
  readonly type: 'room-typing';
  readonly composing: boolean;
}
/** The user has read a room that is his own up to a message, elsewhere. */
export interface RoomDisplayed {
  readonly type: 'room-displayed';
  readonly room: RoomId;
  readonly upTo: NetworkMessageId;
}
/** A room is called otherwise, has other words about it or another picture; what is left out is none. */
export interface RoomDescribed {
  readonly type: 'room-described';
  readonly room: RoomId;
  readonly name: string;
  readonly description?: string;
  /** Opaque id of the picture, see `RoomsFacet.avatar`. */
  readonly avatar?: string;
}
/**
 * What was said in a room that is the account's own may never have been told: all between the newest message that was and
 * `before`, which is told next. It is read from the network's history when somebody wants it. Accepted durably.
 */
export interface RoomMissed {
  readonly type: 'room-missed';
  readonly room: RoomId;
  readonly before: NetworkMessageId;
}
/** All rooms that the account is in on a network whose rooms are its own: to be found, and kept as bookmarks. */
export interface RoomsListed {
  readonly type: 'room-list';
  readonly rooms: readonly ListedRoom[];
}
/** The account is in one more room, or (`listed` false) in one no more. */
export interface RoomListChanged {
  readonly type: 'room-list-changed';
  readonly room: ListedRoom;
  readonly listed: boolean;
}
/** One of the account's rooms. */
export interface ListedRoom {
  readonly room: RoomId;
  readonly name: string;
}
/** All reactions of one of the two to a private message; an empty list takes them back (XEP-0444 §3). */
export interface ReactionsChanged {
  readonly type: 'reactions-changed';
  readonly contact: ContactId;
  readonly message: MessageReference;
  readonly emojis: readonly string[];
  /** They are the user's own, set elsewhere. */
  readonly own?: boolean;
}
/** The person writes, or has stopped to. */
export interface TypingChanged {
  readonly type: 'typing';
  readonly contact: ContactId;
  readonly composing: boolean;
}
/** A conversation has been read up to a message: by the person, or by the user elsewhere (`own`). */
export interface MessagesDisplayed {
  readonly type: 'displayed';
  readonly contact: ContactId;
  readonly upTo: NetworkMessageId;
  readonly own?: boolean;
}
/** The whole contact list as the network has it; who is not in it is on it no more. */
export interface ContactListed {
  readonly type: 'contact-list';
  readonly contacts: readonly ContactCard[];
}
/** A contact has been added to the list, or is called otherwise. */
export interface ContactChanged {
  readonly type: 'contact-changed';
  readonly contact: ContactCard;
}
/** A contact is on the list no more, or has removed the user (D18). */
export interface ContactRemoved {
  readonly type: 'contact-removed';
  readonly contact: ContactId;
}
/** The user keeps a person away on the network itself, or does so no more; the contact list is not concerned. */
export interface ContactBlocked {
  readonly type: 'contact-blocked';
  readonly contact: ContactId;
  readonly blocked: boolean;
}
/** A person wants to have the user as a contact (D15); answered by `ContactsFacet.answer`. */
export interface ContactRequested {
  readonly type: 'contact-requested';
  readonly contact: ContactId;
  readonly nick: string;
  readonly text?: string;
}
/** A person has answered the user's wish to have him as a contact (D11). */
export interface ContactAnswered {
  readonly type: 'contact-answered';
  readonly contact: ContactId;
  readonly granted: boolean;
}
/** A contact's availability; told when it changes. */
export interface PresenceChanged {
  readonly type: 'contact-presence';
  readonly contact: ContactId;
  readonly presence: ContactPresence;
}
/** What became of a message of the user that the network had accepted; may come before `Sent.accepted` resolves. */
export interface DeliveryReport {
  readonly type: 'delivery-report';
  readonly message: NetworkMessageId;
  readonly outcome: 'delivered' | 'failed';
  /** With `failed`: why, in words. */
  readonly error?: GatewayError;
}
/** Somebody invites the user into a room. */
export interface RoomInvitation {
  readonly type: 'invitation';
  readonly room: RoomId;
  readonly from: ContactId;
  readonly nick: string;
  readonly reason?: string;
}
/** A word of a place itself, such as a server's notice: shown as a message from the place. */
export interface PlaceNotice {
  readonly type: 'place-notice';
  readonly place: PlaceId;
  readonly text: string;
}
/** A sentence of the gateway to its user, said once per cause. */
export interface UserNotice {
  readonly type: 'user-notice';
  readonly text: Text;
}

/** Everything that a network can report, classified once; handled by an exhaustive switch. */
export type InboundEvent =
  | RoomMessage
  | MemberJoined
  | MemberLeft
  | PersonLeft
  | PersonRenamed
  | PersonAway
  | MemberChanged
  | SubjectChanged
  | TraitsChanged
  | RoomEntered
  | RoomRefused
  | RoomSuspended
  | RoomLeft
  | DirectMessage
  | MessageEdited
  | MessageRetracted
  | RoomMessageEdited
  | RoomMessageRetracted
  | RoomReactionsChanged
  | RoomTypingChanged
  | RoomDisplayed
  | RoomDescribed
  | RoomMissed
  | RoomsListed
  | RoomListChanged
  | ReactionsChanged
  | TypingChanged
  | MessagesDisplayed
  | ContactListed
  | ContactChanged
  | ContactRemoved
  | ContactBlocked
  | ContactRequested
  | ContactAnswered
  | PresenceChanged
  | DeliveryReport
  | RoomInvitation
  | PlaceNotice
  | UserNotice;
