import { randomBytes } from 'node:crypto';
import type { Api } from 'telegram';
import { Authorisations } from './authorisations.js';
import { Box } from './box.js';
import type { StoredFile } from './files.js';
import type { Person } from './person.js';
import type { ChannelPlace, GroupPlace, Membership } from './place.js';
import type { Poll } from './polls.js';
import { noLimits } from './rights.js';
import { GENERAL, generalTopic } from './topics.js';

export type { Authorisation } from './authorisations.js';
export type { CodeWay, Person, PressAnswer, Status } from './person.js';
export type { ChannelPlace, GroupPlace, Invite, Membership, ShownPhoto, Topic } from './place.js';

/** The account of the service, which all clients know by its number. */
const SERVICE = 777_000;

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
