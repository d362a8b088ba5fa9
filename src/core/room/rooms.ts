import type { RoomEntered, RoomLeft, RoomMember, RoomRefused, RoomSuspended } from '../../gateway/event.js';
import type { ContactId, RoomId } from '../../gateway/ids.js';
import type { RoomKey } from '../../store/store.js';
import { el } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { NS } from '../../xmpp/namespace.js';
import { type Rendered, renderPresence } from '../../xmpp/xep/0045-muc/render.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { toStanzaError } from '../message/error-mapper.js';
import { findJid } from '../service/address.js';
import type { ArchiveIds } from './archive-ids.js';
import { showRoom } from './entering.js';
import { Occupancy, type Seat } from './occupancy.js';
import type { PersonalRooms } from './personal-rooms.js';
import { staysAway, stopExpecting, tellDifference } from './returning.js';
import { Room } from './room.js';
import type { RoomEvents } from './room-events.js';
import type { RoomFaces } from './room-faces.js';

/** What a room tells a client on its way out (XEP-0045 §7.14, §8.2, §9.1, §11.1-2). */
interface Farewell {
  readonly codes: readonly number[];
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly outcast?: boolean;
}

/** The rooms of a domain that somebody is in, and who is in them. */
export class Rooms {
  /** By {@link nameOf}. */
  readonly #rooms = new Map<string, Room>();
  readonly #shown: ((occupancy: Occupancy, seat: Seat) => void)[] = [];
  #prepare: (account: Account, room: RoomId, key: RoomKey) => Promise<void> = async () => undefined;
  readonly #tell = (occupancy: Occupancy, stanza: Rendered): void => this.events.tell(occupancy, stanza);

  constructor(
    private readonly context: DomainContext,
    private readonly events: RoomEvents,
    private readonly ids: ArchiveIds,
    readonly personal: PersonalRooms,
    readonly faces: RoomFaces,
  ) {}

  /** Calls back when a client has been shown a room that is its account's own. */
  onShown(listener: (occupancy: Occupancy, seat: Seat) => void): void {
    this.#shown.push(listener);
  }

  /** Has something done before a client is shown a room that is its account's own: what it is to find there. */
  beforeShown(prepare: (account: Account, room: RoomId, key: RoomKey) => Promise<void>): void {
    this.#prepare = prepare;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Bare JID of a room. */
  jidOf(id: RoomId): string {
    const local = escapeLocal(this.context.gateway.addresses.format({ kind: 'room', id }));
    return `${local}@${this.context.options.domain}`;
  }

  /** The room as this account may see it, made when nobody is in it yet; its key arrives with `ready`. */
  open(account: Account, id: RoomId): Room {
    const room = this.glimpse(account, id);
    this.#rooms.set(this.#nameOf(account, id), room);
    return room;
  }

  /** The same, for somebody who does not come in. */
  glimpse(account: Account, id: RoomId): Room {
    const known = this.#rooms.get(this.#nameOf(account, id));
    if (known) return known;
    const { options, gateway } = this.context;
    const realJid = gateway.anonymousRooms
      ? undefined
      : (contact: ContactId) => findJid(this.context, { kind: 'contact', id: contact });
    const owner = this.personal.apply ? account.record.id : undefined;
    return new Room(id, this.jidOf(id), this.#keyOf(account, id), options.occupantKey, realJid, owner);
  }

  /** Key of the room in the store. Rejects with the store's error. */
  async keyOf(account: Account, id: RoomId): Promise<RoomKey> {
    const open = this.#rooms.get(this.#nameOf(account, id));
    if (!open) return this.#keyOf(account, id);
    await open.ready;
    return open.key;
  }

  /** The account enters the room; the network is asked by the caller. */
  addOccupancy(account: Account, room: Room): Occupancy {
    const occupancy = new Occupancy(account, room);
    account.rooms.set(room.id, occupancy);
    room.occupancies.add(occupancy);
    return occupancy;
  }

  entered(account: Account, event: RoomEntered): void {
    const occupancy = account.rooms.get(event.room);
    if (!occupancy) return;
    const { room } = occupancy;
    const before = occupancy.suspended;
    occupancy.suspended = undefined;
    occupancy.place = event.place;
    room.traits = event.traits;
    room.subject = event.subject;
    this.#listMembers(occupancy, event.members);
    const oldSelf = occupancy.self;
    occupancy.self = event.self;
    occupancy.state = 'joined';
    this.#openSpan(occupancy);
    occupancy.departuresSeen = room.departures.count;
    occupancy.expected = undefined;
    if (oldSelf !== undefined && oldSelf !== event.self) staysAway(room, oldSelf, this.#tell);
    if (event.resumed && before) {
      tellDifference(occupancy, before, event.members, oldSelf, this.#tell);
      return;
    }
    const codes = event.created ? [201] : [];
    for (const seat of occupancy.seats) this.show(occupancy, seat, codes);
  }

  /** Shows a room that the account is in to one of its clients; a room of its own when all before that is settled. */
  show(occupancy: Occupancy, seat: Seat, codes: readonly number[] = []): void {
    if (!this.personal.apply) {
      void showRoom(this.context, occupancy, seat, codes);
      return;
    }
    const { account, room } = occupancy;
    seat.held = [];
    const show = async (): Promise<void> => {
      await this.personal.visited(account, room.id);
      const stillThere = account.rooms.get(room.id) === occupancy && occupancy.seats.includes(seat);
      if (!stillThere || occupancy.state !== 'joined') return;
      await showRoom(this.context, occupancy, seat, codes, this.faces.of(account, room.id)?.photo);
      for (const listener of this.#shown) listener(occupancy, seat);
    };
    const wants = seat.history.maxStanzas !== 0 && seat.history.maxChars !== 0;
    const prepared = wants ? this.#prepare(account, room.id, room.key) : Promise.resolve();
    const shown = prepared.then(() => this.personal.alone(account, room.id, show));
    shown.catch((error: unknown) => {
      this.refuseSeat(room.jid, seat, error, account.language);
      occupancy.removeSeat(seat.full);
    });
  }

  refused(account: Account, event: RoomRefused): void {
    const occupancy = account.rooms.get(event.room);
    if (!occupancy) return;
    const { room } = occupancy;
    for (const seat of occupancy.seats) this.refuseSeat(room.jid, seat, event.error, account.language);
    this.drop(occupancy);
  }

  /** A join's error, with the join's own element (XEP-0045 §7.2). */
  refuseSeat(
    roomJid: string,
    seat: Pick<Seat, 'full' | 'requestedNick'>,
    error: unknown,
    language: string,
  ): void {
    const stanzaError = toStanzaError(error, this.context.translator, language);
    const from = seat.requestedNick === '' ? roomJid : `${roomJid}/${seat.requestedNick}`;
    const errorElement = stanzaError.toElement();
    errorElement.attrs.by = roomJid;
    this.context.sink.send(
      el(
        'presence',
        NS.COMPONENT,
        { type: 'error', from, to: seat.full },
        el('x', NS.MUC),
        errorElement,
      ).toString(NS.COMPONENT),
    );
  }

  /** The network is being called again: what follows is measured against what the clients know now. */
  suspended(account: Account, event: RoomSuspended): void {
    const occupancy = account.rooms.get(event.room);
    if (occupancy?.state !== 'joined' || occupancy.suspended) return;
    occupancy.suspended = occupancy.snapshot();
    occupancy.expected = undefined;
    this.#closeSpan(occupancy);
  }

  left(account: Account, event: RoomLeft): void {
    const occupancy = account.rooms.get(event.room);
    if (!occupancy) return;
    // The answer to an earlier leave, after which the user has asked to come in again.
    if (event.cause === 'left' && occupancy.state === 'joining') return;
    const farewells: Record<RoomLeft['cause'], Farewell> = {
      left: { codes: [110] },
      removed: { codes: [110, 307], by: event.by, reason: event.reason },
      banned: { codes: [110, 301], by: event.by, reason: event.reason, outcast: true },
      'network-lost': { codes: [110, 333], reason: event.reason },
    };
    this.farewell(occupancy, farewells[event.cause]);
    this.drop(occupancy);
  }

  /** Tells all clients in the room that they are out of it. */
  farewell(occupancy: Occupancy, farewell: Farewell): void {
    for (const seat of occupancy.seats) this.farewellSeat(occupancy, seat, farewell);
    occupancy.seats = [];
  }

  farewellSeat(occupancy: Occupancy, seat: Seat, farewell: Farewell): void {
    const { room } = occupancy;
    const entry = occupancy.self === undefined ? undefined : room.members.get(occupancy.self);
    const parts = {
      unavailable: true,
      occupantId: entry?.occupantId ?? room.occupantId(occupancy.self ?? seat.requestedNick),
      item: {
        affiliation: farewell.outcast ? 'outcast' : (entry?.member.affiliation ?? 'none'),
        role: 'none',
        ...(entry?.jid === undefined ? {} : { jid: seat.full }),
        ...(farewell.by === undefined ? {} : { actorNick: farewell.by }),
        ...(farewell.reason === undefined ? {} : { reason: farewell.reason }),
      },
      codes: farewell.codes,
    };
    const fromAttr = entry?.fromAttr ?? `${room.jidAttr}/${xmlAttr(seat.requestedNick)}`;
    const { head, tail } = renderPresence({ ...parts, fromAttr });
    this.context.sink.send(head + seat.toAttr + tail);
  }

  /** To be called before another client is shown the room: who is expected back is not in it. */
  stopExpecting(occupancy: Occupancy): void {
    stopExpecting(occupancy, this.#tell);
  }

  /** Forgets an account's place in a room, and the room with its last one. */
  drop(occupancy: Occupancy): void {
    const { account, room } = occupancy;
    this.#closeSpan(occupancy);
    if (account.rooms.get(room.id) === occupancy) {
      account.rooms.delete(room.id);
      this.faces.forget(account, room.id);
    }
    room.occupancies.delete(occupancy);
    occupancy.seats = [];
    // Nobody else has ever seen him there, so nobody else will see him leave.
    const { self } = occupancy;
    if (self !== undefined && room.members.get(self)?.listedBy === occupancy) room.remove(self);
    if (self !== undefined) staysAway(room, self, this.#tell);
    const name = this.#nameOf(account, room.id);
    if (room.occupancies.size === 0 && this.#rooms.get(name) === room) this.#rooms.delete(name);
    for (const [contact, route] of account.privateRoutes ?? []) {
      if (route.room === room.id) account.privateRoutes?.delete(contact);
    }
  }

  /** The list of names is the truth for an account that is alone in the room; else it only adds. */
  #listMembers(occupancy: Occupancy, members: readonly RoomMember[]): void {
    const { room } = occupancy;
    const alone = isAlone(occupancy);
    if (alone && room.members.size > 0) {
      const listed = new Set(members.map((member) => member.id));
      for (const id of [...room.members.keys()]) if (!listed.has(id)) room.remove(id);
    }
    for (const member of members) {
      const known = room.members.has(member.id);
      const entry = room.put(member);
      if (!known && !alone) entry.listedBy = occupancy;
      else if (entry.listedBy !== occupancy) entry.listedBy = undefined;
    }
    occupancy.seeListed(members);
  }

  #openSpan(occupancy: Occupancy): void {
    // Of his own rooms a user sees everything anyway.
    if (!this.context.options.archive.enabled || occupancy.spanOpen || this.personal.apply) return;
    occupancy.spanOpen = true;
    this.context.store.archive.openSpan(occupancy.account.record.id, occupancy.room.key, this.ids.next());
  }

  async #keyOf(account: Account, id: RoomId): Promise<RoomKey> {
    if (this.personal.apply) return (await this.personal.open(account, id)).key;
    const { store, options } = this.context;
    return options.archive.enabled ? store.archive.roomKey(options.domain, id) : 0;
  }

  #nameOf(account: Account, id: RoomId): string {
    return this.personal.apply ? `${account.record.id} ${id}` : id;
  }

  #closeSpan(occupancy: Occupancy): void {
    if (!occupancy.spanOpen) return;
    occupancy.spanOpen = false;
    this.context.store.archive.closeSpan(occupancy.account.record.id, occupancy.room.key, this.ids.next());
  }
}

/** Whether no other account is fully in the room. */
function isAlone(occupancy: Occupancy): boolean {
  for (const other of occupancy.room.occupancies) {
    if (other !== occupancy && other.state === 'joined') return false;
  }
  return true;
}
