import { type ErrorCode, GatewayError } from '../../../src/gateway/error.js';
import type { Affiliation, RoomMember } from '../../../src/gateway/event.js';
import type { ContactId, MemberId, PlaceId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomListing, RoomsFacet } from '../../../src/gateway/session.js';
import {
  contactOf,
  HALL,
  type MemoryRoom,
  type MemoryWorld,
  memberNamed,
  memberOf,
  type Observer,
} from './world.js';

/** Who acts. */
export interface RoomUser extends Observer {
  readonly world: MemoryWorld;
  /** Runs when the session is connected, connecting it first if need be. */
  whenConnected(run: () => void): void;
}

export function refusal(code: ErrorCode): GatewayError {
  return new GatewayError(code, { key: 'memory-refused' });
}

/** Rooms as one user meets them. */
export class MemoryRooms implements RoomsFacet {
  /** The user's own member id in the rooms that he is in. */
  readonly joined = new Map<RoomId, MemberId>();

  readonly moderate?: NonNullable<RoomsFacet['moderate']>;

  constructor(private readonly user: RoomUser) {}

  join(id: RoomId, options: { readonly nick: string; readonly password?: string }): void {
    this.user.whenConnected(() => this.#enter(id, options.nick, options.password));
  }

  leave(id: RoomId): void {
    queueMicrotask(() => {
      const { room, self } = this.#present(id);
      if (room && self) {
        this.#remove(room, self);
        this.user.world.broadcast(room, { type: 'member-left', room: id, member: self, cause: 'left' });
      }
      this.user.observe({ type: 'room-left', room: id, cause: 'left' });
    });
  }

  async setSubject(id: RoomId, text: string): Promise<void> {
    const { room, self } = this.#require(id);
    const subject = { text, by: self.nick, time: Date.now() };
    room.subject = subject;
    this.user.world.broadcast(room, { type: 'subject-changed', room: id, member: self.id, subject });
  }

  async changeNick(id: RoomId, nick: string): Promise<void> {
    const { room, self } = this.#require(id);
    if (room.members.has(memberOf(nick))) throw refusal('nick-in-use');
    room.members.delete(self.id);
    room.observers.delete(self.id);
    room.members.set(memberOf(nick), {
      ...self,
      ...memberNamed(nick),
      affiliation: self.affiliation,
      role: self.role,
    });
    room.observers.set(memberOf(nick), this.user);
    this.joined.set(id, memberOf(nick));
    this.user.world.broadcast(room, {
      type: 'person-renamed',
      place: HALL,
      from: self.id,
      to: memberOf(nick),
      nick,
      contact: contactOf(nick),
    });
  }

  async kick(id: RoomId, member: MemberId, reason?: string): Promise<void> {
    this.#expel(id, member, 'removed', reason);
  }

  async setRole(id: RoomId, member: MemberId, role: 'moderator' | 'participant' | 'visitor'): Promise<void> {
    const { room, target } = this.#authorised(id, member);
    const next = { ...target, role: role === 'participant' ? ('default' as const) : role };
    room.members.set(member, next);
    this.user.world.broadcast(room, {
      type: 'member-changed',
      room: id,
      member,
      affiliation: next.affiliation,
      role: next.role,
    });
  }

  async setAffiliation(
    id: RoomId,
    who: { readonly member?: MemberId; readonly contact?: ContactId },
    affiliation: Affiliation,
    reason?: string,
  ): Promise<void> {
    const member = who.member ?? (who.contact as string | undefined as MemberId | undefined);
    if (member === undefined) throw refusal('bad-address');
    const { room, target } = this.#authorised(id, member);
    if (affiliation === 'outcast') {
      room.banned.add(member);
      this.#expel(id, member, 'banned', reason);
      return;
    }
    room.members.set(member, { ...target, affiliation });
    this.user.world.broadcast(room, {
      type: 'member-changed',
      room: id,
      member,
      affiliation,
      role: target.role,
    });
  }

  async listAffiliation(
    id: RoomId,
    affiliation: Affiliation,
  ): Promise<readonly { readonly contact?: ContactId; readonly text: string }[]> {
    const { room } = this.#require(id);
    if (affiliation === 'outcast') return [...room.banned].map((member) => ({ text: member }));
    return [...room.members.values()]
      .filter((member) => member.affiliation === affiliation)
      .map(({ contact, nick }) => ({ contact, text: nick }));
  }

  async invite(id: RoomId, contact: ContactId, reason?: string): Promise<void> {
    const { self } = this.#require(id);
    const invited = this.user.world.connected.get(contact);
    if (!invited && !this.user.world.people.has(contact)) throw refusal('not-found');
    invited?.observe({
      type: 'invitation',
      room: id,
      from: self.contact,
      nick: self.nick,
      ...(reason !== undefined && { reason }),
    });
  }

  async list(place: PlaceId): Promise<readonly RoomListing[]> {
    if (place !== HALL) throw refusal('not-found');
    return [...this.user.world.rooms.values()].map(({ id, members, subject }) => ({
      room: id,
      name: id,
      occupants: members.size,
      subject: subject?.text ?? '',
    }));
  }

  effectiveNick(_room: RoomId, nick: string): string {
    return nick.slice(0, 30);
  }

  /** The session ends: out of every room, quietly for its own user. */
  leaveAll(): void {
    for (const [id, self] of [...this.joined]) {
      const room = this.user.world.room(id);
      this.#remove(room, self);
      this.user.world.broadcast(room, { type: 'member-left', room: id, member: self, cause: 'left' });
    }
  }

  /** The user's own entry. @throws {GatewayError} `not-joined` */
  #require(id: RoomId): { room: MemoryRoom; self: RoomMember } {
    const { room, self } = this.#present(id);
    const member = self && room?.members.get(self);
    if (!room || !member) throw refusal('not-joined');
    return { room, self: member };
  }

  #present(id: RoomId): { room: MemoryRoom | undefined; self: MemberId | undefined } {
    return { room: this.user.world.rooms.get(id), self: this.joined.get(id) };
  }

  #authorised(id: RoomId, member: MemberId): { room: MemoryRoom; target: RoomMember } {
    const { room, self } = this.#require(id);
    if (self.affiliation !== 'owner' && self.role !== 'moderator') throw refusal('forbidden');
    const target = room.members.get(member);
    if (!target) throw refusal('not-found');
    return { room, target };
  }

  #enter(id: RoomId, wanted: string, password: string | undefined): void {
    const nick = this.effectiveNick(id, wanted);
    const created = !this.user.world.rooms.has(id);
    const room = this.user.world.room(id);
    const code = reasonToRefuse(room, nick, password);
    if (code) {
      this.user.observe({ type: 'room-refused', room: id, error: refusal(code) });
      return;
    }
    const self: RoomMember = {
      ...memberNamed(nick),
      affiliation: created ? 'owner' : 'none',
      role: created ? 'moderator' : 'default',
    };
    this.user.world.admit(room, self);
    room.observers.set(self.id, this.user);
    this.joined.set(id, self.id);
    this.user.observe({
      type: 'room-entered',
      room: id,
      place: HALL,
      self: self.id,
      members: [...room.members.values()],
      ...(room.subject && { subject: room.subject }),
      traits: room.traits,
      ...room.look,
      created,
      resumed: false,
    });
  }

  #expel(id: RoomId, member: MemberId, cause: 'removed' | 'banned', reason: string | undefined): void {
    const { room } = this.#authorised(id, member);
    const by = this.#require(id).self.nick;
    const because = reason === undefined ? {} : { reason };
    room.observers.get(member)?.observe({ type: 'room-left', room: id, cause, by, ...because });
    room.members.delete(member);
    room.observers.delete(member);
    this.user.world.broadcast(room, { type: 'member-left', room: id, member, cause, by, ...because });
  }

  #remove(room: MemoryRoom, self: MemberId): void {
    this.joined.delete(room.id);
    room.members.delete(self);
    room.observers.delete(self);
  }
}

function reasonToRefuse(room: MemoryRoom, nick: string, password: string | undefined): ErrorCode | undefined {
  if (room.banned.has(memberOf(nick))) return 'banned';
  if (room.password !== undefined && room.password !== password) return 'password-required';
  return room.members.has(memberOf(nick)) ? 'nick-in-use' : undefined;
}
