import type { RoomMember } from '../../gateway/event.js';
import type { MemberId, PlaceId } from '../../gateway/ids.js';
import type { Account } from '../account/account.js';
import type { MemberEntry } from './member-entry.js';
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

/** A member as clients know him: the entry goes on changing, what he was then does not. */
export interface KnownMember {
  readonly member: RoomMember;
  readonly entry: MemberEntry;
}

/** A member whom clients still see while his own connection is being made again. */
export interface ExpectedMember extends KnownMember {
  /** Whether the room was moderated when they saw him. */
  readonly moderated: boolean;
}

/** A room as clients know it. */
export interface KnownRoom {
  readonly members: ReadonlyMap<MemberId, KnownMember>;
  readonly moderated: boolean;
  readonly subject: string;
}

/** One account in one room, through one connection, with any number of clients. */
export class Occupancy {
  state: 'joining' | 'joined' = 'joining';
  self: MemberId | undefined;
  place: PlaceId | undefined;
  /** Whether a span of the archive is open for the account. */
  spanOpen = false;
  seats: Seat[] = [];
  /** While the network is being called again: the room as the clients know it. */
  suspended: KnownRoom | undefined;
  /** Other users of ours whom the clients still see, and who are on their way back. */
  expected: Map<MemberId, ExpectedMember> | undefined;
  /** The number of the last departure that the account's own connection has shown. */
  departuresSeen = 0;

  /**
   * The room's members are shared, but a network may show each account another part of them. Undefined: all
   * that are known, without those in `#unseen` and those that only another account has listed. Else only these
   * (a channel that hides its members).
   */
  #onlySeen: Set<MemberId> | undefined;
  #unseen: Set<MemberId> | undefined;

  constructor(
    readonly account: Account,
    readonly room: Room,
  ) {}

  /** Takes over what the network has listed; every listed member is in the room already. */
  seeListed(listed: readonly RoomMember[]): void {
    this.#onlySeen = undefined;
    this.#unseen = undefined;
    const missing = this.room.members.size - listed.length;
    if (missing <= 0) return;
    const ids = new Set(listed.map((member) => member.id));
    if (missing > listed.length) {
      this.#onlySeen = ids;
      return;
    }
    this.#unseen = new Set();
    for (const id of this.room.members.keys()) if (!ids.has(id)) this.#unseen.add(id);
  }

  sees(id: MemberId): boolean {
    if (this.#onlySeen) return this.#onlySeen.has(id);
    return !this.#unseen?.has(id) && !this.#isAnothers(this.room.members.get(id));
  }

  /** The account's own connection has shown that the member is there. */
  saw(id: MemberId): void {
    this.#onlySeen?.add(id);
    this.#unseen?.delete(id);
  }

  /** The account's own connection has shown that the member is gone. */
  lost(id: MemberId): void {
    this.#onlySeen?.delete(id);
    this.#unseen?.delete(id);
  }

  /** The members that this account knows of. */
  *visible(): Generator<MemberEntry> {
    if (this.#onlySeen) {
      for (const id of this.#onlySeen) {
        const entry = this.room.members.get(id);
        if (entry) yield entry;
      }
      return;
    }
    for (const [id, entry] of this.room.members) {
      if (!this.#unseen?.has(id) && !this.#isAnothers(entry)) yield entry;
    }
  }

  #isAnothers(entry: MemberEntry | undefined): boolean {
    return entry?.listedBy !== undefined && entry.listedBy !== this;
  }

  expect(id: MemberId, member: ExpectedMember): void {
    this.expected ??= new Map();
    this.expected.set(id, member);
  }

  /** The room as the clients know it now; the members are shared between accounts that see all of them. */
  snapshot(): KnownRoom {
    const { traits, subject } = this.room;
    return {
      members: this.#withUntold(this.#knownMembers()),
      moderated: traits.moderated,
      subject: subject?.text ?? '',
    };
  }

  #knownMembers(): ReadonlyMap<MemberId, KnownMember> {
    if (!this.#onlySeen && !this.#unseen?.size) return this.room.snapshot();
    const members = new Map<MemberId, KnownMember>();
    for (const entry of this.visible()) members.set(entry.member.id, { member: entry.member, entry });
    return members;
  }

  /** And those of whose end the clients have not been told. */
  #withUntold(known: ReadonlyMap<MemberId, KnownMember>): ReadonlyMap<MemberId, KnownMember> {
    const missed = this.room.departures.after(this.departuresSeen);
    if (missed.length === 0 && !this.expected?.size) return known;
    const members = new Map(known);
    for (const { member, entry } of missed) {
      const seen = this.#onlySeen?.has(member.id) ?? !this.#unseen?.has(member.id);
      if (seen && !members.has(member.id)) members.set(member.id, { member, entry });
    }
    for (const [id, { member, entry }] of this.expected ?? []) {
      if (!members.has(id)) members.set(id, { member, entry });
    }
    return members;
  }

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
