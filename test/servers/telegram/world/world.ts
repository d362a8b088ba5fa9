import { randomBytes } from 'node:crypto';
import type { Api } from 'telegram';
import type { AuthKey } from '../wire/message-key.js';
import { Box } from './box.js';
import type { StoredFile } from './files.js';
import type { Poll } from './polls.js';
import { noLimits } from './rights.js';
import { GENERAL, generalTopic } from './topics.js';

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
  /** `online` until then, or last seen then (UTC seconds); words for those who hide it. */
  status: Status;
  /** A picture and where its bytes lie. */
  photo: ShownPhoto | undefined;
  /** What strangers may not do: find him by his number, add him to groups, see where his words come from. */
  readonly privacy: Set<'phone' | 'invite' | 'forwards'>;
  premium: boolean;
  /** Where codes for logging in are sent to. */
  codesBy: CodeWay;
  /** Answers a bot's buttons; undefined: its clients have to. */
  pressed: ((press: Press) => PressAnswer | undefined) | undefined;
  /** Whom he has in his contacts, with the names he gave them. */
  readonly contacts: Map<Person, { readonly firstName: string; readonly lastName: string }>;
  readonly blocked: Set<Person>;
  readonly box: Box;
  /** How far he has read, and was read, by kind and number of the place. */
  readonly read: Map<string, { inbox: number; outbox: number }>;
  readonly muted: Set<string>;
  readonly archived: Set<string>;
}

/** When somebody was there. */
export type Status =
  | { readonly online: boolean; readonly at: number }
  | 'recently'
  | 'last-week'
  | 'last-month'
  | 'hidden';

/** How a code reaches who logs in; `app`: as a message of the service account to his other clients. */
export type CodeWay = 'app' | 'sms' | 'call' | 'flash-call' | 'missed-call' | 'email' | 'fragment';

/** Somebody has pressed a button of a bot. */
export interface Press {
  readonly by: Person;
  readonly message: number;
  readonly data: Buffer;
}

/** What a bot says to that. */
export interface PressAnswer {
  readonly text?: string;
  readonly alert?: boolean;
  readonly url?: string;
}

/** What somebody may do in a group. */
export interface Membership {
  readonly person: Person;
  readonly since: number;
  role: 'creator' | 'admin' | 'member' | 'restricted' | 'banned' | 'left';
  invitedBy: Person | undefined;
  /** A word under the name of an administrator. */
  title?: string;
  /** Of an administrator; undefined: all but that of making others. */
  rights?: Api.ChatAdminRights;
  /** Of a restricted one; undefined: nothing may be sent. */
  limits?: Api.ChatBannedRights;
  /** Who promoted, restricted or banned him. */
  by?: Person;
}

/** A link by which people come in. */
export interface Invite {
  readonly hash: string;
  readonly by: Person;
  readonly created: number;
  approval: boolean;
  permanent: boolean;
  revoked: boolean;
  title: string | undefined;
  /** How many may use it; undefined: any number. */
  limit: number | undefined;
  /** UTC seconds. */
  expires: number | undefined;
  used: number;
}

interface Place {
  readonly id: number;
  title: string;
  about: string;
  photo: ShownPhoto | undefined;
  readonly created: number;
  readonly members: Map<Person, Membership>;
  /** By the part of the link that counts. */
  readonly invites: Map<string, Invite>;
  /** Who waits for being let in, since when (UTC seconds). */
  readonly requests: Map<Person, { readonly since: number; readonly invite: Invite | undefined }>;
  /** Emojis, custom ones as `#` and their number. Undefined: all; empty: none. */
  reactions: readonly string[] | undefined;
  /** Different reactions of one message; undefined: the server's own limit. */
  reactionsLimit: number | undefined;
  /** What ordinary members may not do. */
  limits: Api.ChatBannedRights;
  /** Nothing may be forwarded from there. */
  closedToForwards: boolean;
}

/** A basic group: its messages lie in the boxes of its members. */
export interface GroupPlace extends Place {
  readonly kind: 'group';
  /** It has become that supergroup. */
  migratedTo: ChannelPlace | undefined;
  /** Rises with every change of who is in it. */
  version: number;
}

/** A topic of a forum. */
export interface Topic {
  /** Its first message; 1 is the general one, which has none. */
  readonly id: number;
  readonly by: Person;
  readonly created: number;
  title: string;
  closed: boolean;
  hidden: boolean;
  pinned: boolean;
}

/** A supergroup, a forum or a broadcast channel: it has a box of its own. */
export interface ChannelPlace extends Place {
  readonly kind: 'channel';
  readonly accessHash: bigint;
  readonly broadcast: boolean;
  username: string | undefined;
  forum: boolean;
  readonly topics: Map<number, Topic>;
  /** Discussion group of a broadcast channel, or the other way round. */
  linked: ChannelPlace | undefined;
  slowModeSeconds: number;
  readonly lastWords: Map<Person, number>;
  /** The basic group that it was, and the last message there of whoever migrated it. */
  migratedFrom: { readonly group: GroupPlace; readonly maxId: number } | undefined;
  /** Posts of a channel bear the name of their author. */
  signatures: boolean;
  /** Whoever wants to come in has to be let in. */
  approval: boolean;
  /** Only administrators see who is in it. */
  membersHidden: boolean;
  /** Nobody is left to see it. */
  deleted: boolean;
  readonly box: Box;
}

/** A picture of a person or a group. */
export interface ShownPhoto {
  readonly id: bigint;
  /** Data centre where it lies. */
  readonly centre: number;
}

/** An authorised client: one authorisation key of one account. */
export interface Authorisation {
  readonly hash: bigint;
  readonly person: Person;
  readonly key: AuthKey;
  /** UTC seconds. */
  readonly created: number;
  active: number;
  device: string;
  app: string;
  /** Key of the login that this one came from, if it only fetches files from another data centre. */
  files?: string;
}

/** The account of the service, which all clients know by its number. */
const SERVICE = 777_000;

/** Who is logged in where; counts its changes. */
class Authorisations extends Map<string, Authorisation> {
  #version = 0;

  get version(): number {
    return this.#version;
  }

  override set(name: string, authorisation: Authorisation): this {
    this.#version += 1;
    return super.set(name, authorisation);
  }

  override delete(name: string): boolean {
    this.#version += 1;
    return super.delete(name);
  }
}

/** Everybody and everything that the server knows. */
export class World {
  readonly people = new Map<number, Person>();
  readonly groups = new Map<number, GroupPlace>();
  readonly channels = new Map<number, ChannelPlace>();
  readonly files = new Map<bigint, StoredFile>();
  readonly polls = new Map<bigint, Poll>();
  /** Pages of the web of which there are previews, by address. */
  readonly pages = new Map<string, Api.WebPage>();
  /** What may be reacted with, besides custom emojis. */
  reactions: readonly string[] = [
    '👍',
    '👎',
    '❤',
    '🔥',
    '🥰',
    '👏',
    '😁',
    '🤔',
    '🤯',
    '😱',
    '😢',
    '🎉',
    '🤩',
    '🤮',
    '💩',
    '🙏',
  ];
  /** By name of the authorisation key. */
  readonly authorisations = new Authorisations();
  #lastId = 1_000;
  readonly #byPhone = new Map<string, Person>();

  /** Somebody new; `id` only for those whose number is known to every client. */
  addPerson(facts: Partial<Omit<Person, 'kind' | 'box'>> & { readonly firstName: string }): Person {
    const person: Person = {
      ...{ kind: 'person', id: this.nextId(), accessHash: randomLong() },
      ...{ phone: undefined, username: undefined, lastName: undefined, about: '', bot: false },
      ...{ botToken: undefined, deleted: false, banned: false, password: undefined, passwordHint: undefined },
      ...{ homeCentre: 1, status: 'recently', photo: undefined, privacy: new Set(), premium: false },
      ...{ codesBy: 'app', pressed: undefined },
      ...{ contacts: new Map(), blocked: new Set(), read: new Map(), muted: new Set(), archived: new Set() },
      ...facts,
      box: undefined as never,
    } as Person;
    Object.assign(person, { box: new Box(person) });
    this.people.set(person.id, person);
    if (person.phone !== undefined) this.#byPhone.set(person.phone, person);
    return person;
  }

  /** A basic group without members. */
  addGroup(facts: Partial<GroupPlace> & { readonly title: string }): GroupPlace {
    const group: GroupPlace = {
      ...{ ...this.#place(), kind: 'group', id: this.nextId(), migratedTo: undefined, version: 1 },
      ...facts,
    };
    this.groups.set(group.id, group);
    return group;
  }

  /** A supergroup, a forum or a broadcast channel without members. */
  addChannel(facts: Partial<Omit<ChannelPlace, 'box'>> & { readonly title: string }): ChannelPlace {
    const channel = {
      ...{ ...this.#place(), kind: 'channel', id: this.nextId(), accessHash: randomLong() },
      ...{ broadcast: false, username: undefined, forum: false, topics: new Map(), linked: undefined },
      ...{ slowModeSeconds: 0, lastWords: new Map(), migratedFrom: undefined, signatures: false },
      ...{ approval: false, membersHidden: false, deleted: false },
      ...facts,
    } as unknown as ChannelPlace;
    Object.assign(channel, { box: new Box(channel) });
    this.channels.set(channel.id, channel);
    return channel;
  }

  /** Puts somebody into a group without anybody being told: thousands of them cost nothing. */
  join(
    place: GroupPlace | ChannelPlace,
    person: Person,
    facts: Partial<Omit<Membership, 'person'>>,
  ): Membership {
    const since = Math.floor(Date.now() / 1_000);
    const membership: Membership = { person, since, role: 'member', invitedBy: undefined, ...facts };
    place.members.set(person, membership);
    const creator = membership.role === 'creator' && place.kind === 'channel' && place.forum;
    if (creator && !place.topics.has(GENERAL)) place.topics.set(GENERAL, generalTopic(person, since));
    return membership;
  }

  #place() {
    return {
      ...{ about: '', photo: undefined, created: Math.floor(Date.now() / 1_000), members: new Map() },
      ...{ invites: new Map(), requests: new Map(), reactions: undefined, reactionsLimit: undefined },
      ...{ limits: noLimits(), closedToForwards: false },
    };
  }

  /** Telegram's own account, from which codes come. */
  get service(): Person {
    const known = this.people.get(SERVICE);
    return known ?? this.addPerson({ id: SERVICE, firstName: 'Telegram', phone: '42777' });
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  byPhone(phone: string): Person | undefined {
    const digits = phone.replace(/\D/g, '');
    const known = this.#byPhone.get(digits);
    const found =
      known?.phone === digits ? known : [...this.people.values()].find(({ phone }) => phone === digits);
    return found?.deleted ? undefined : found;
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
