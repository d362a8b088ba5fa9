import { randomBytes } from 'node:crypto';
import type { AuthKey } from '../wire/message-key.js';
import { Box } from './box.js';

/** A person, a bot or somebody who has deleted his account. */
export interface Person {
  readonly kind: 'person';
  readonly id: number;
  readonly accessHash: bigint;
  phone: string | undefined;
  username: string | undefined;
  firstName: string;
  lastName: string | undefined;
  about: string;
  bot: boolean;
  botToken: string | undefined;
  deleted: boolean;
  banned: boolean;
  /** The second factor, in words; undefined: none. */
  password: string | undefined;
  passwordHint: string | undefined;
  /** Data centre where the account lives. */
  homeCentre: number;
  /** `online` until then, or last seen then (UTC seconds); a number of words for those who hide it. */
  status: { readonly online: boolean; readonly at: number } | 'recently' | 'hidden';
  photo: StoredPhoto | undefined;
  /** Whom he has in his contacts, with the names he gave them. */
  readonly contacts: Map<Person, { readonly firstName: string; readonly lastName: string }>;
  readonly blocked: Set<Person>;
  readonly box: Box;
  /** Drafts, archived and muted chats and the like are of no concern here. */
  readonly read: Map<string, { inbox: number; outbox: number }>;
  readonly muted: Set<string>;
}

/** What somebody may do in a group. */
export interface Membership {
  readonly person: Person;
  readonly since: number;
  role: 'creator' | 'admin' | 'member' | 'restricted' | 'banned' | 'left';
  invitedBy: Person | undefined;
  title?: string;
}

interface Place {
  readonly id: number;
  title: string;
  about: string;
  photo: StoredPhoto | undefined;
  readonly created: number;
  readonly members: Map<Person, Membership>;
  readonly invites: Map<string, { readonly by: Person; readonly approval: boolean }>;
  pinned: number | undefined;
  /** Undefined: all; empty: none. */
  reactions: readonly string[] | undefined;
}

/** A basic group: its messages lie in the boxes of its members. */
export interface GroupPlace extends Place {
  readonly kind: 'group';
  /** It has become that supergroup. */
  migratedTo: ChannelPlace | undefined;
}

/** A supergroup, a forum or a broadcast channel: it has a box of its own. */
export interface ChannelPlace extends Place {
  readonly kind: 'channel';
  readonly accessHash: bigint;
  readonly broadcast: boolean;
  username: string | undefined;
  forum: boolean;
  readonly topics: Map<number, { title: string; closed: boolean; readonly created: number }>;
  /** Discussion group of a broadcast channel, or the other way round. */
  linked: ChannelPlace | undefined;
  slowModeSeconds: number;
  readonly lastWords: Map<Person, number>;
  readonly box: Box;
}

/** A file as uploaded or put there by a test. */
export interface StoredFile {
  readonly id: bigint;
  readonly accessHash: bigint;
  readonly reference: Buffer;
  readonly centre: number;
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** A picture of a person or a group. */
export interface StoredPhoto extends StoredFile {
  readonly width: number;
  readonly height: number;
}

/** An authorised client: one authorisation key of one account. */
export interface Authorisation {
  readonly hash: bigint;
  readonly person: Person;
  readonly key: AuthKey;
  readonly created: number;
  device: string;
}

/** Everybody and everything that the server knows. */
export class World {
  readonly people = new Map<number, Person>();
  readonly groups = new Map<number, GroupPlace>();
  readonly channels = new Map<number, ChannelPlace>();
  readonly files = new Map<bigint, StoredFile>();
  /** By name of the authorisation key. */
  readonly authorisations = new Map<string, Authorisation>();
  #lastId = 1_000;

  /** Somebody new. */
  addPerson(facts: Partial<Omit<Person, 'kind' | 'id' | 'box'>> & { readonly firstName: string }): Person {
    const person: Person = {
      ...{ kind: 'person', id: this.nextId(), accessHash: randomLong() },
      ...{ phone: undefined, username: undefined, lastName: undefined, about: '', bot: false },
      ...{ botToken: undefined, deleted: false, banned: false, password: undefined, passwordHint: undefined },
      ...{ homeCentre: 1, status: 'recently', photo: undefined },
      ...{ contacts: new Map(), blocked: new Set(), read: new Map(), muted: new Set() },
      ...facts,
      box: undefined as never,
    } as Person;
    Object.assign(person, { box: new Box(person) });
    this.people.set(person.id, person);
    return person;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  byPhone(phone: string): Person | undefined {
    const digits = phone.replace(/\D/g, '');
    return [...this.people.values()].find((person) => person.phone === digits && !person.deleted);
  }

  byUsername(name: string): Person | ChannelPlace | undefined {
    const wanted = name.toLowerCase();
    const all = [...this.people.values(), ...this.channels.values()];
    return all.find(({ username }) => username?.toLowerCase() === wanted);
  }
}

/** Any number of 63 bits, as ids and hashes are. */
export function randomLong(): bigint {
  return randomBytes(8).readBigUInt64LE() >> 1n;
}
