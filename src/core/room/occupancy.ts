import type { RoomMember } from '../../gateway/event.js';
import type { MemberId, PlaceId } from '../../gateway/ids.js';
import type { Account } from '../account/account.js';
import type { Room } from './room.js';

/** History that a client asks for at a join (XEP-0045 §7.2.14); undefined means the default. */
export interface HistoryRequest {
  readonly maxChars?: number;
  readonly maxStanzas?: number;
  /** UTC milliseconds. */
  readonly since?: number;
}

/** One client of the user in the room. */
export interface Seat {
  /** The same, escaped for an attribute. */
  readonly toAttr: string;
  readonly full: string;
  /** What the client asked to be called, for status 210. */
  readonly requestedNick: string;
  readonly history: HistoryRequest;
  /** Live stanzas that wait until the history has been shown; undefined once it has. */
  held: string[] | undefined;
}

/** One account in one room, through one connection, with any number of clients. */
export class Occupancy {
  state: 'joining' | 'joined' = 'joining';
  self: MemberId | undefined;
  place: PlaceId | undefined;
  /** Whether a span of the archive is open for the account. */
  spanOpen = false;
  seats: Seat[] = [];
  /** While the network is being called again: the members as the clients know them. */
  suspended: ReadonlyMap<MemberId, RoomMember> | undefined;

  constructor(
    readonly account: Account,
    readonly room: Room,
  ) {}

  seat(full: string): Seat | undefined {
    return this.seats.find((seat) => seat.full === full);
  }

  /** Returns whether the client was there. */
  removeSeat(full: string): boolean {
    const before = this.seats.length;
    this.seats = this.seats.filter((seat) => seat.full !== full);
    return this.seats.length < before;
  }
}
