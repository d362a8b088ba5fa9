import type { Readable } from 'node:stream';
import type { Address } from './address.js';
import type { Profile, SearchHit } from './contact.js';
import type { GatewayError } from './error.js';
import type { Affiliation, DirectMessage, InboundEvent, RoomMessage, RoomTraits } from './event.js';
import type { Form, FormValues } from './form.js';
import type { AccountView } from './gateway.js';
import type { ContactId, MemberId, NetworkMessageId, PlaceId, RoomId } from './ids.js';
import type { MessageReference, OutboundMessage, Target } from './message.js';
import type { Text } from './text.js';

/** Reported by the session, never guessed by the core. */
export type ConnectionState =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'transient-failure'; readonly text: Text }
  /** Not tried again until the user acts. */
  | { readonly state: 'bad-credentials'; readonly text: Text };

/** What the core gives to a session. */
export interface SessionHost {
  /**
   * Hands an event over. Returns undefined when it is accepted at once (live chatter), else a promise that
   * resolves when it is durable; only then may the network side advance its cursor. It rejects when it could not
   * be made durable: the network should bring it again.
   */
  emit(event: InboundEvent): Promise<void> | undefined;
  /** `place` tells which part of the network, where a session has several connections. */
  report(state: ConnectionState, place?: PlaceId): void;
  /** True while the XMPP side cannot take more: stop reading from the network until `relieved` resolves. */
  readonly congested: boolean;
  relieved(): Promise<void>;
}

/** A message on its way. */
export interface Sent {
  /**
   * For a room: the event that other accounts in the room will observe for this message, at once, so that
   * the core can share one archive entry and one id between sender and observers. It is observed after `send`
   * has returned, never before.
   */
  readonly event?: RoomMessage;
  /** Resolves when the network has accepted it, with what is known of it then; rejects with GatewayError. */
  readonly accepted: Promise<Acceptance | undefined>;
}

/** What a network says when it has accepted a message. */
export interface Acceptance {
  /** The network's ids of it, one per part, in order; delivery reports, edits and replies name them. */
  readonly ids: readonly NetworkMessageId[];
  /** Something that the user should know, such as what could not be carried over. */
  readonly note?: Text;
}

/** A user's live connection. `createSession` does no I/O. */
export interface Session {
  /** Starts connecting what is marked for connection at login. */
  connect(): void;
  /** Ends every connection; resolves when they are closed (bounded by the gateway's own time-out). */
  disconnect(reason?: string): Promise<void>;
  /** Takes changed settings or secrets. */
  configure(account: AccountView): void;
  /** Throws GatewayError when it can be known at once that it cannot be sent. */
  send(target: Target, message: OutboundMessage): Sent;
  /**
   * Why nothing ever goes to that person, where it is known without the network. A network that stores and forwards
   * is asked before a message may have to wait: nobody should be left hoping that it goes out later.
   */
  refusal?(contact: ContactId): GatewayError | undefined;
  /**
   * Asks the network what a person types, where `AddressCodec.parseInput` cannot tell: names that change hands, numbers.
   * Undefined: nobody and nothing. Rejects with GatewayError when it cannot be asked.
   */
  resolveInput?(input: string): Promise<Address | undefined>;
  /**
   * How long (ms) messages to that target wait for others, counted from the last one, to go out together by
   * `sendTogether`; undefined or 0: each goes at once. Until then the user can change and cancel them.
   */
  gathering?(target: Target): number | undefined;
  /**
   * As `send`, for messages of one target in their order that become one on the network. `Acceptance.ids` has exactly
   * one id for each message. Present where `gathering` is.
   */
  sendTogether?(target: Target, messages: readonly OutboundMessage[]): Sent;
  /** State per part of the network, for `status`. */
  states(): readonly { readonly place?: PlaceId; readonly state: ConnectionState }[];
  /** Facets: present means supported, and disco advertises exactly what is present. */
  readonly rooms?: RoomsFacet;
  readonly away?: AwayFacet;
  readonly people?: PeopleFacet;
  readonly contacts?: ContactsFacet | undefined;
  readonly search?: SearchFacet | undefined;
  readonly edits?: EditsFacet;
  readonly retractions?: RetractionsFacet;
  readonly reactions?: ReactionsFacet;
  /** `OutboundMessage.replyTo` is carried over natively. */
  readonly replies?: true;
  /** The network's people have a way of writing that words are somebody else's: `OutboundMessage.speaker`. */
  readonly speaksFor?: true;
  /** `OutboundMessage.mentions` call out to the people. */
  readonly mentions?: true;
  readonly receipts?: ReceiptsFacet | undefined;
  readonly typing?: TypingFacet;
  readonly media?: MediaFacet | undefined;
  readonly history?: HistoryFacet | undefined;
  /** What this account cannot see or do in a room that it is in, one sentence each, for the state of a relay. */
  limitations?(room: RoomId): readonly Text[];
  /**
   * The registration is about to be removed: log out for good, and let go of what the account has been given;
   * `disconnect` follows. A rejection keeps the registration, so a network that is merely away is none.
   */
  logout?(): Promise<void>;
}

/** The network has a contact list, or at least relations between people. */
export interface ContactsFacet {
  /** The network tells availability by `contact-presence`; else contacts are steadily available (D22). */
  readonly presence: boolean;
  /** `asked`: the answer follows as `contact-answered`. Rejects with GatewayError `not-found` for nobody. */
  add(contact: ContactId): Promise<'granted' | 'asked'>;
  remove(contact: ContactId): Promise<void>;
  /** Answers `contact-requested`. */
  answer(contact: ContactId, granted: boolean): Promise<void>;
  /** The network itself can keep somebody away. */
  block?(contact: ContactId, blocked: boolean): Promise<void>;
}

/** Finding people. */
export interface SearchFacet {
  readonly form: Form;
  /** At most `limit` hits. Rejects with GatewayError. */
  find(values: FormValues, limit: number): Promise<readonly SearchHit[]>;
}

/** The user's own messages can be changed afterwards. */
export interface EditsFacet {
  edit(target: Target, message: NetworkMessageId, change: OutboundMessage): Promise<void>;
}

/** The user's own messages can be taken back. */
export interface RetractionsFacet {
  retract(target: Target, message: NetworkMessageId): Promise<void>;
}

/** Reactions with emojis. */
export interface ReactionsFacet {
  /** XEP-0444 §2.2; undefined: no limit. */
  readonly maxPerUser?: number;
  readonly allowed?: readonly string[];
  /** Where conversations differ; undefined: as above. */
  limits?(target: Target): { readonly maxPerUser?: number; readonly allowed?: readonly string[] } | undefined;
  /** All the user's reactions to that message; an empty list takes them back. */
  react(target: Target, message: MessageReference, emojis: readonly string[]): Promise<void>;
}

/** What the network tells of messages that it has accepted. */
export interface ReceiptsFacet {
  /** `delivery-report` comes for messages to people. */
  readonly delivered: boolean;
  /**
   * Tells the person, or the user's other devices, what the user has read; absent where nobody can be told. Of rooms
   * only where they are the account's own (`Gateway.messaging`).
   */
  markDisplayed?(where: ContactId | RoomId, upTo: NetworkMessageId): Promise<void>;
}

/** Typing notices to people, and in rooms that are the account's own. */
export interface TypingFacet {
  setTyping(where: ContactId | RoomId, composing: boolean): void;
}

/** Which part of a conversation is read from the network. */
export interface HistoryRange {
  /** Only what is older, or newer, than these; they need not be there any more. Undefined: no bound. */
  readonly before?: NetworkMessageId;
  readonly after?: NetworkMessageId;
  /** At which end of that to begin; with `oldest` there is always an `after`. */
  readonly from: 'newest' | 'oldest';
  readonly limit: number;
}

/** What was read. */
export interface HistorySlice {
  /** Without a gap, oldest first, at most `limit`, each with `id` and `time`. */
  readonly messages: readonly RoomMessage[];
  /**
   * How far that goes, where it goes farther than `messages`, because what was found there is no message of the room: the
   * oldest that was found, or with `oldest` the newest.
   */
  readonly reached?: NetworkMessageId;
  /** There is more within the bounds. */
  readonly more: boolean;
}

/** What the network itself remembers of rooms that are the account's own. */
export interface HistoryFacet {
  /** Rejects with GatewayError. */
  fetch(room: RoomId, range: HistoryRange): Promise<HistorySlice>;
  /** The newest messages with a person, oldest first, each with `id` and `time`. Rejects with GatewayError. */
  conversation?(contact: ContactId, limit: number): Promise<readonly DirectMessage[]>;
}

/** `OutboundMessage.attachments` are carried over. */
export interface MediaFacet {
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** Files of another type are sent as links. */
  accepts(mediaType: string): boolean;
}

/** Tells the network that the user is away, or back (`undefined`). */
export interface AwayFacet {
  setAway(text: string | undefined): void;
}

/** What is known of one person, asked of the network. */
export interface PeopleFacet {
  /** Facts about a person, one line each (on IRC: WHOIS). Rejects with GatewayError. */
  describe(contact: ContactId): Promise<PersonFacts>;
  /** Undefined: nobody by that name. Rejects with GatewayError. */
  profile?(contact: ContactId): Promise<Profile | undefined>;
  /** The picture behind `avatar` of his card; undefined when it is gone. */
  avatar?(contact: ContactId, avatar: string): Promise<Readable | undefined>;
}
/** What the network tells of a person. */
export interface PersonFacts {
  readonly name?: string;
  /** Seconds since last activity, if known. */
  readonly idleSeconds?: number;
  readonly away?: string;
  readonly lines: readonly string[];
}

/** One entry of a public list of rooms. */
export interface RoomListing {
  readonly room: RoomId;
  readonly name: string;
  readonly occupants: number;
  readonly subject: string;
}

/** What is to become of a room; what is left out stays. */
export type RoomChanges = Partial<RoomTraits> & {
  readonly password?: string;
  readonly name?: string;
  readonly description?: string;
};

/** Groups. Outcomes of join and leave are reported as events. */
export interface RoomsFacet {
  /**
   * Answered by `room-entered` or `room-refused`, always, within the gateway's own time-out. An empty nick is
   * whatever the account is called by itself. `others` are tried in their order where the network does not give the nick.
   */
  join(
    room: RoomId,
    options: { readonly nick: string; readonly others?: readonly string[]; readonly password?: string },
  ): void;
  /** Answered by `room-left`. */
  leave(room: RoomId, reason?: string): void;
  /** The following reject with GatewayError when the network refuses, with the network's own answer. */
  setSubject(room: RoomId, subject: string): Promise<void>;
  changeNick(room: RoomId, nick: string): Promise<void>;
  kick(room: RoomId, member: MemberId, reason?: string): Promise<void>;
  setRole(room: RoomId, member: MemberId, role: 'moderator' | 'participant' | 'visitor'): Promise<void>;
  setAffiliation(
    room: RoomId,
    /** `text` is an entry of `listAffiliation` that is no contact, such as a mask; it may be in lower case. */
    who: { readonly member?: MemberId; readonly contact?: ContactId; readonly text?: string },
    affiliation: Affiliation,
    reason?: string,
  ): Promise<void>;
  /** Contacts or masks with that affiliation, as text the network uses. */
  listAffiliation(
    room: RoomId,
    affiliation: Affiliation,
  ): Promise<readonly { readonly contact?: ContactId; readonly text: string; readonly reason?: string }[]>;
  invite(room: RoomId, contact: ContactId, reason?: string): Promise<void>;
  /** Why the user may not speak in a room of his own, where he is a visitor, and where he may; undefined: as everywhere. */
  whySilent?(room: RoomId): Text | undefined;
  /** Takes away what somebody else has said (XEP-0425). */
  moderate?(room: RoomId, message: NetworkMessageId, reason?: string): Promise<void>;
  /** The picture behind `avatar` of a room; undefined when it is gone. */
  avatar?(room: RoomId, avatar: string): Promise<Readable | undefined>;
  /** Absent where rooms cannot be configured. */
  configure?(room: RoomId, changes: RoomChanges): Promise<void>;
  /** The public list of a place; served from a bounded cache for `maxAgeMs` as the gateway chooses. */
  list(place: PlaceId): Promise<readonly RoomListing[]>;
  /** The display name a room would give this user if he asked for `nick` (length, forbidden characters). */
  effectiveNick?(room: RoomId, nick: string): string;
}
