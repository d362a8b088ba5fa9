import type { ContactId, MemberId, PlaceId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomListing } from '../../../src/gateway/session.js';
import type { IrcAddressCodec } from '../address.js';
import { fold, memberOf } from './casemap.js';
import { Channel, type Seat } from './channel.js';
import { Gate } from './gate.js';
import { type Isupport, unannounced } from './isupport.js';
import type { Observed } from './observed.js';
import { Window, type WindowLimits } from './window.js';

/** A channel list as it was fetched, or while it is. */
export interface CachedList {
  readonly entries: Promise<readonly RoomListing[]>;
  readonly at: number;
}

/** One IRC network, by the host it is reached at: what the connections of all accounts to it share. */
export class Network {
  readonly host: string;
  readonly place: PlaceId;
  readonly codec: IrcAddressCodec;
  isupport: Isupport = unannounced;
  /** Lines about a person in all his channels: QUIT, NICK, AWAY. */
  window: Window<Observed> | undefined;
  list: CachedList | undefined;
  /** The last list was cut off. */
  listTooLong = false;
  /** Bounds how many connections are in the making at once. */
  readonly gate: Gate;
  readonly #limits: WindowLimits;
  readonly #channels = new Map<RoomId, Channel>();
  /** Nicks of our own connections: their lines are looked up without user and host. */
  readonly #own = new Map<string, { count: number; until: number }>();
  readonly #free: number[] = [];
  #used = 0;
  #links = 0;

  constructor(host: string, codec: IrcAddressCodec, limits: WindowLimits, concurrentDials: number) {
    this.host = host;
    this.codec = codec;
    this.place = codec.placeOf(host);
    this.#limits = limits;
    this.gate = new Gate(concurrentDials);
  }

  get links(): number {
    return this.#links;
  }

  attach(): Seat {
    this.#links++;
    if (this.#links > 1) this.window ??= new Window(this.#limits);
    return { slot: this.#free.pop() ?? this.#used++, since: this.window?.position ?? 0 };
  }

  detach(seat: Seat): void {
    this.#links--;
    this.#free.push(seat.slot);
  }

  /** Takes what a server announced; equal announcements stay one object. */
  announce(isupport: Isupport): void {
    if (isupport.key !== this.isupport.key) this.isupport = isupport;
  }

  channel(id: RoomId): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = new Channel(id, this.#limits);
      this.#channels.set(id, channel);
    }
    return channel;
  }

  /** Gives the seat back; a channel that nobody observes is forgotten. */
  leaveChannel(channel: Channel, seat: Seat): void {
    channel.leave(seat);
    if (channel.observers === 0 && this.#channels.get(channel.id) === channel)
      this.#channels.delete(channel.id);
  }

  /** A new seat for an observer who joins again: nothing from before is for him. */
  reseat(channel: Channel, seat: Seat): Seat {
    channel.leave(seat);
    this.#channels.set(channel.id, channel);
    return channel.enter();
  }

  /** Lets go what has only been kept for a while. */
  clean(now: number): void {
    for (const [nick, { count, until }] of this.#own) if (count <= 0 && until < now) this.#own.delete(nick);
    for (const channel of this.#channels.values()) channel.forgetNames();
  }

  addOwnNick(nick: string): void {
    const own = this.#own.get(nick);
    if (own === undefined) this.#own.set(nick, { count: 1, until: 0 });
    else own.count++;
  }

  /** Lines under this nick may still be on their way to our other connections. */
  removeOwnNick(nick: string, now: number): void {
    const own = this.#own.get(nick);
    if (own === undefined) return;
    own.count--;
    own.until = now + this.#limits.maxAgeMs;
  }

  isOwnNick(nick: string): boolean {
    return this.#own.has(nick);
  }

  fold(name: string): string {
    return fold(name, this.isupport.caseMapping);
  }

  member(nick: string): MemberId {
    return memberOf(nick, this.isupport.caseMapping);
  }

  contact(nick: string): ContactId {
    return this.codec.contactOf(nick, this.host);
  }

  /** The member as whom a contact of this network appears in rooms. */
  memberOfContact(contact: ContactId): MemberId {
    return this.member(this.codec.split(contact).name);
  }
}
