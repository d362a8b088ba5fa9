import type {
  Affiliation,
  InboundEvent,
  Role,
  RoomMember,
  RoomMessage,
  RoomSubject,
  RoomTraits,
} from '../../../src/gateway/event.js';
import type { ContactId, MemberId, NetworkMessageId, PlaceId, RoomId } from '../../../src/gateway/ids.js';

/** The only place of the network. */
export const HALL = '!hall' as PlaceId;

/** What the world tells a session. */
export interface Observer {
  observe(event: InboundEvent): void;
}

/** A room and who is in it; a member without an observer is a scripted person. */
export interface MemoryRoom {
  readonly id: RoomId;
  readonly members: Map<MemberId, RoomMember>;
  readonly observers: Map<MemberId, Observer>;
  readonly banned: Set<MemberId>;
  traits: RoomTraits;
  subject: RoomSubject | undefined;
  password: string | undefined;
  /** How it looks to who comes in. */
  look?: { readonly name?: string; readonly description?: string; readonly avatar?: string };
}

/** A scripted person, and what was said to him. */
export interface MemoryPerson {
  readonly nick: string;
  readonly heard: string[];
  away?: string;
}

const OPEN: RoomTraits = {
  moderated: false,
  membersOnly: false,
  hidden: false,
  passwordProtected: false,
  openSubject: true,
};

/** All that there is on the network: rooms and people, in memory, obeying the test's script. */
export class MemoryWorld {
  readonly rooms = new Map<RoomId, MemoryRoom>();
  readonly people = new Map<ContactId, MemoryPerson>();
  /** Connected sessions by nick. */
  readonly connected = new Map<ContactId, Observer>();

  /** The room, made when it is not there. */
  room(name: string): MemoryRoom {
    const id = name as RoomId;
    const known = this.rooms.get(id);
    if (known) return known;
    const room: MemoryRoom = {
      id,
      members: new Map(),
      observers: new Map(),
      banned: new Set(),
      traits: OPEN,
      subject: undefined,
      password: undefined,
    };
    this.rooms.set(id, room);
    return room;
  }

  /** A scripted person, made when he is not there. */
  person(nick: string): MemoryPerson {
    const id = contactOf(nick);
    const known = this.people.get(id);
    if (known) return known;
    const person: MemoryPerson = { nick, heard: [] };
    this.people.set(id, person);
    return person;
  }

  /** A scripted person comes into a room. */
  enter(roomName: string, nick: string, affiliation: Affiliation = 'none', role: Role = 'default'): void {
    this.person(nick);
    this.admit(this.room(roomName), { ...memberNamed(nick), affiliation, role });
  }

  /** A scripted person says something; every session sees the very same event. */
  say(roomName: string, nick: string, text: string, style: RoomMessage['style'] = 'text'): RoomMessage {
    const room = this.room(roomName);
    const event: RoomMessage = {
      type: 'room-message',
      room: room.id,
      member: memberOf(nick),
      nick,
      text,
      style,
    };
    this.broadcast(room, event);
    return event;
  }

  /** A scripted person leaves a room. */
  leave(roomName: string, nick: string, reason?: string): void {
    const room = this.room(roomName);
    room.members.delete(memberOf(nick));
    this.broadcast(room, {
      type: 'member-left',
      room: room.id,
      member: memberOf(nick),
      cause: 'left',
      ...(reason !== undefined && { reason }),
    });
  }

  /** A scripted person takes another nick, in all rooms. */
  rename(from: string, to: string): void {
    this.people.delete(contactOf(from));
    this.person(to);
    const event: InboundEvent = {
      type: 'person-renamed',
      place: HALL,
      from: memberOf(from),
      to: memberOf(to),
      nick: to,
      contact: contactOf(to),
    };
    const told = new Set<Observer>();
    for (const room of this.rooms.values()) {
      const member = room.members.get(memberOf(from));
      if (!member) continue;
      room.members.delete(memberOf(from));
      room.members.set(memberOf(to), { ...member, ...memberNamed(to) });
      for (const observer of room.observers.values()) told.add(observer);
    }
    for (const observer of told) observer.observe(event);
  }

  /** A scripted person writes to a user by the user's nick on the network. */
  tell(from: string, to: string, text: string, id?: string): void {
    this.connected.get(contactOf(to))?.observe({
      type: 'direct-message',
      from: contactOf(from),
      nick: from,
      text,
      style: 'text',
      ...(id !== undefined && { id: id as NetworkMessageId }),
    });
  }

  /** Puts a member into a room and tells the others. */
  admit(room: MemoryRoom, member: RoomMember): void {
    this.broadcast(room, { type: 'member-joined', room: room.id, member });
    room.members.set(member.id, member);
  }

  /** Tells everybody in the room but one. */
  broadcast(room: MemoryRoom, event: InboundEvent, except?: Observer): void {
    for (const observer of [...room.observers.values()]) if (observer !== except) observer.observe(event);
  }
}

export const memberOf = (nick: string): MemberId => nick.toLowerCase() as MemberId;
export const contactOf = (nick: string): ContactId => nick.toLowerCase() as ContactId;

/** A member without rights. */
export function memberNamed(nick: string): RoomMember {
  return { id: memberOf(nick), nick, contact: contactOf(nick), affiliation: 'none', role: 'default' };
}
