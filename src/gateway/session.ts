import type { Affiliation, InboundEvent, RoomMessage, RoomTraits } from './event.js';
import type { AccountView } from './gateway.js';
import type { ContactId, MemberId, PlaceId, RoomId } from './ids.js';
import type { OutboundMessage, Target } from './message.js';
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
   * resolves when it is durable; only then may the network side advance its cursor.
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
  /** Resolves when the network has accepted it; rejects with GatewayError. */
  readonly accepted: Promise<void>;
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
  /** State per part of the network, for `status`. */
  states(): readonly { readonly place?: PlaceId; readonly state: ConnectionState }[];
  /** Facets: present means supported, and disco advertises exactly what is present. */
  readonly rooms?: RoomsFacet;
  readonly away?: AwayFacet;
  readonly people?: PeopleFacet;
}

/** Tells the network that the user is away, or back (`undefined`). */
export interface AwayFacet {
  setAway(text: string | undefined): void;
}

/** What is known of one person, asked of the network. */
export interface PeopleFacet {
  /** Facts about a person, one line each (on IRC: WHOIS). Rejects with GatewayError. */
  describe(contact: ContactId): Promise<PersonFacts>;
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
export type RoomChanges = Partial<RoomTraits> & { readonly password?: string };

/** Groups. Outcomes of join and leave are reported as events. */
export interface RoomsFacet {
  /** Answered by `room-entered` or `room-refused`, always, within the gateway's own time-out. */
  join(room: RoomId, options: { readonly nick: string; readonly password?: string }): void;
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
  /** Absent where rooms cannot be configured. */
  configure?(room: RoomId, changes: RoomChanges): Promise<void>;
  /** The public list of a place; served from a bounded cache for `maxAgeMs` as the gateway chooses. */
  list(place: PlaceId): Promise<readonly RoomListing[]>;
  /** The display name a room would give this user if he asked for `nick` (length, forbidden characters). */
  effectiveNick?(room: RoomId, nick: string): string;
}
