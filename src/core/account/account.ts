import type { AccountView } from '../../gateway/gateway.js';
import type { AccountId, ContactId, RoomId } from '../../gateway/ids.js';
import type { Session } from '../../gateway/session.js';
import type { AccountRecord } from '../../store/store.js';
import type { SessionListener } from '../relay/network/port.js';
import type { Occupancy } from '../room/occupancy.js';

/** Availability of one resource of the user, as last told to the gateway (RFC 6121 §4.7). */
export interface ResourcePresence {
  readonly priority: number;
  readonly show: string;
  readonly status: string;
  /** Hash of what the client can do (XEP-0115), as it claims. */
  readonly caps?: string;
}

/** A private conversation held through a room (XEP-0045 §7.5): answers go the same way. */
export interface PrivateRoute {
  readonly room: RoomId;
  /** Prepared resource of the other occupant. */
  readonly nick: string;
}

/** A user of one gateway domain while he has anything to do with it. */
export class Account {
  /** Available resources, by full JID. */
  readonly resources = new Map<string, ResourcePresence>();
  /** How often a client of the user has come online. */
  arrivals = 0;
  readonly rooms = new Map<RoomId, Occupancy>();
  session: Session | undefined;
  /** A relay that speaks by this account: what the session tells goes there, and to no client. */
  listener: SessionListener | undefined;
  /** Relays that speak by this account in a room, where its user has agreed: they hear of it besides his clients. */
  borrowers: Map<RoomId, SessionListener> | undefined;
  /** Made at the first private message through a room; most accounts never need it. */
  privateRoutes: Map<ContactId, PrivateRoute> | undefined;
  /** The language of the last stanza that named one. */
  #heardLanguage: string | undefined;

  constructor(
    public record: AccountRecord,
    /** Local part of the owner's JID. */
    readonly suggestedName: string,
    readonly defaultLanguage: string,
    /** It is a relay's own: nobody reads what is sent to its owner. */
    readonly ofRelays = false,
  ) {}

  /** Prepared bare JID of the user. */
  get owner(): string {
    return this.record.owner;
  }

  get registered(): boolean {
    return this.record.registered;
  }

  /** The user's own choice, else what his client says, else the operator's default. */
  get language(): string {
    return this.record.language ?? this.#heardLanguage ?? this.defaultLanguage;
  }

  hearLanguage(language: string | undefined): void {
    if (language !== undefined) this.#heardLanguage = language;
  }

  /** What the network may know of the user. */
  view(): AccountView {
    return {
      id: this.record.id as AccountId,
      registered: this.record.registered,
      settings: this.record.settings,
      secrets: this.record.secrets,
      suggestedName: this.suggestedName,
      userAddress: this.owner,
      language: this.language,
    };
  }

  /** True when nothing is left that needs the account in memory. */
  get idle(): boolean {
    const { resources, rooms, session, listener, borrowers } = this;
    if (listener || borrowers?.size) return false;
    return resources.size === 0 && rooms.size === 0 && session === undefined;
  }
}
