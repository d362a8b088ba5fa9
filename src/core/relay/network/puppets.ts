import { createHash } from 'node:crypto';
import { GatewayError } from '../../../gateway/error.js';
import type { DirectMessage, RoomLeft } from '../../../gateway/event.js';
import type { MemberId, RoomId } from '../../../gateway/ids.js';
import { Jid } from '../../../xmpp/jid.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import type { LegId, Speaker } from '../model.js';
import type { NetworkPort, SpokenAccount } from './port.js';
import { puppetNames } from './puppet-names.js';
import { Stay } from './stay.js';
import type { Voice } from './voice.js';

/** Bounds of the connections of their own that speakers have on a network. */
export interface PuppetOptions {
  /** At a time; 0: the relay's account tells everything. The network should have agreed to it. */
  readonly most: number;
  /** How long one stays without a word (ms). */
  readonly idleMs: number;
  /** How long one is not tried again that could not come in (ms). */
  readonly refusedMs: number;
  /** How long one may take to connect and come in (ms). */
  readonly joinMs: number;
  /** How long his first words wait for that; then the relay's account tells them (ms). */
  readonly waitMs: number;
  /** How long none is tried after the network would not have so many connections (ms). */
  readonly throttledMs: number;
  /** How long one must have been silent to make room for somebody else (ms). */
  readonly restMs: number;
}

/** What puppets need of the world. */
export interface PuppetServices {
  readonly port: NetworkPort;
  readonly room: RoomId;
  /** The relay's domain: accounts are in names below it. */
  readonly domain: string;
  /** A word that tells which leg it is, for names that are taken. */
  labelOf(leg: LegId): string;
  /** As the network would have it. */
  effectiveNick(nick: string): string;
  now(): number;
  removed(speaker: Speaker, from: LegId, banned: boolean, by: string | undefined): void;
  /** Somebody of the room has written in private to one. Rejects with GatewayError. */
  whispered(to: Speaker, home: LegId, event: DirectMessage): Promise<void>;
  trouble(speaker: Speaker, error: unknown): void;
}

/** Characters of the name of an account. */
const NAME_LENGTH = 24;
/** Puppets remembered besides those that are there, so that a failure is. */
const REMEMBERED = 1_000;
/** How long after one has gone the others may still be told of it (ms). */
const DEPARTED_MS = 30_000;
/** The network has enough of us for the moment, whoever it is. */
const THROTTLES: ReadonlySet<string> = new Set(['network-unreachable', 'limit', 'full']);

interface Puppet {
  speaker: Speaker;
  readonly from: LegId;
  readonly owner: Jid;
  readonly stay: Stay;
  used: number;
  refusedUntil: number;
  account: SpokenAccount | undefined;
  entering: Promise<boolean> | undefined;
  /** He was let go of while he was on his way in. */
  unwanted: boolean;
  /** The network has given him another name once: his own is not his to have. */
  displaced: boolean;
}

/** Speakers of other legs with a connection of their own, on a network that lets anybody in. */
export class Puppets {
  /** Least recently used first. */
  readonly #byPerson = new Map<string, Puppet>();
  readonly #members = new Map<MemberId, Puppet>();
  /** When one left that is not there any more. */
  readonly #departed = new BoundedMap<MemberId, number>(REMEMBERED);
  /** By owner: accounts that are being let go of. */
  readonly #closing = new Map<string, Promise<void>>();
  #throttledUntil = 0;
  /** Nobody comes in any more. */
  #closed = false;

  constructor(
    private readonly options: PuppetOptions,
    private readonly services: PuppetServices,
  ) {}

  get present(): number {
    return this.#members.size;
  }

  get most(): number {
    return this.options.most;
  }

  /** Whose that member of the room is, if he is one of ours. */
  personOf(member: MemberId): { readonly speaker: Speaker; readonly from: LegId } | undefined {
    return this.#members.get(member);
  }

  /** Whether that member, who is gone or going, was one of ours a moment ago. */
  hasLeft(member: MemberId): boolean {
    return (this.#departed.get(member) ?? Number.NEGATIVE_INFINITY) > this.services.now() - DEPARTED_MS;
  }

  /** What somebody is called in the room, if he is there. */
  nickOf(from: LegId, { key }: Pick<Speaker, 'key'>): string | undefined {
    const stay = this.#byPerson.get(personKey({ key }, from))?.stay;
    return stay?.member === undefined ? undefined : stay.nick;
  }

  /** His voice, if he is in. */
  voice(speaker: Pick<Speaker, 'key'>, from: LegId): Voice | undefined {
    const puppet = this.#byPerson.get(personKey(speaker, from));
    return puppet && voiceOf(puppet);
  }

  /** The voice by an account of ours. */
  voiceBy(owner: string): Voice | undefined {
    for (const puppet of this.#byPerson.values()) if (puppet.owner.bare === owner) return voiceOf(puppet);
    return undefined;
  }

  /** The voice of somebody who wants to speak; undefined: he cannot be there by himself. Never rejects. */
  async enter(speaker: Speaker, from: LegId): Promise<Voice | undefined> {
    const { now } = this.services;
    if (this.most === 0 || this.#closed) return undefined;
    const puppet = this.#of(speaker, from);
    if (puppet.stay.present) await this.#rename(puppet, speaker);
    const voice = voiceOf(puppet);
    if (voice) return voice;
    if (puppet.refusedUntil > now()) return undefined;
    if (!puppet.entering) {
      // His connection was lost, and is being made again.
      if (puppet.account) return undefined;
      if (now() < this.#throttledUntil) return undefined;
      if (this.#taken >= this.most && !this.#makeRoom()) return undefined;
      puppet.entering = this.#enter(puppet).finally(() => {
        puppet.entering = undefined;
      });
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.waitMs);
    });
    await Promise.race([puppet.entering, patience]);
    clearTimeout(timer);
    return voiceOf(puppet);
  }

  /** Who is there is called otherwise from now on. Never rejects. */
  async renamed(speaker: Speaker, from: LegId, beforeKey: string): Promise<void> {
    const before = personKey({ key: beforeKey }, from);
    const puppet = this.#byPerson.get(before);
    if (!puppet) return;
    this.#byPerson.delete(before);
    const known = this.#byPerson.get(personKey(speaker, from));
    if (known) void this.#leave(known);
    this.#byPerson.set(personKey(speaker, from), puppet);
    await this.#rename(puppet, speaker);
  }

  /** Whether he is at his keyboard, as he says. */
  away(speaker: Speaker, from: LegId, text: string | undefined): void {
    this.voice(speaker, from)?.session.away?.setAway(text);
  }

  leave(speaker: Pick<Speaker, 'key'>, from: LegId): void {
    const puppet = this.#byPerson.get(personKey(speaker, from));
    if (puppet) void this.#leave(puppet);
  }

  /** He could not say something: he is not to try at once again. */
  failed(speaker: Pick<Speaker, 'key'>, from: LegId): void {
    const puppet = this.#byPerson.get(personKey(speaker, from));
    if (!puppet) return;
    puppet.refusedUntil = this.services.now() + this.options.refusedMs;
    void this.#leave(puppet);
  }

  /** Who has been silent for too long leaves. */
  sweep(): void {
    const before = this.services.now() - this.options.idleMs;
    for (const puppet of [...this.#byPerson.values()]) {
      if (puppet.used > before) return;
      void this.#leave(puppet);
    }
  }

  /** All leave, for good. Resolves when their connections are closed. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#byPerson.values()].map((puppet) => this.#leave(puppet)));
  }

  get #taken(): number {
    let count = 0;
    for (const { account, entering } of this.#byPerson.values()) if (account || entering) count += 1;
    return count;
  }

  #of(speaker: Speaker, from: LegId): Puppet {
    const person = personKey(speaker, from);
    const known = this.#byPerson.get(person);
    this.#byPerson.delete(person);
    if (known) {
      known.used = this.services.now();
      this.#byPerson.set(person, known);
      return known;
    }
    if (this.#byPerson.size >= this.most + REMEMBERED) this.#forgetOldest();
    const { room, now } = this.services;
    const puppet: Puppet = {
      ...{ speaker, from, owner: this.#ownerOf(person), used: now(), refusedUntil: 0 },
      ...{ account: undefined, entering: undefined, displaced: false, unwanted: false },
      stay: new Stay({
        ...{ room, joinMs: this.options.joinMs },
        became: (member, before) => {
          if (before !== undefined) this.#members.delete(before);
          this.#departed.delete(member);
          this.#members.set(member, puppet);
        },
        left: (member, event) => this.#left(puppet, member, event),
        renamedByNetwork: () => {
          if (puppet.displaced) return;
          puppet.displaced = true;
          void this.#rename(puppet, puppet.speaker, true);
        },
        whispered: (event) => this.services.whispered(puppet.speaker, from, event),
      }),
    };
    this.#byPerson.set(person, puppet);
    return puppet;
  }

  /** One for each room: what is heard in one is no matter of the other. The same for the same person, if he is not renamed. */
  #ownerOf(person: string): Jid {
    const { domain, room } = this.services;
    for (let number = 0; ; number += 1) {
      const hash = createHash('sha256').update(`${person}\n${room}\n${number}`);
      const owner = new Jid(hash.digest('hex').slice(0, NAME_LENGTH), domain, '');
      if (![...this.#byPerson.values()].some((puppet) => puppet.owner.bare === owner.bare)) return owner;
    }
  }

  #names({ speaker, from, displaced }: Puppet): readonly string[] {
    const { labelOf, effectiveNick } = this.services;
    const names = puppetNames(speaker.nick, labelOf(from), effectiveNick);
    return displaced ? names.slice(1) : names;
  }

  async #rename(puppet: Puppet, speaker: Speaker, anew = false): Promise<void> {
    const before = puppet.speaker.nick;
    puppet.speaker = speaker;
    if (speaker.nick !== before) puppet.displaced = false;
    const { session } = puppet.account ?? {};
    if (session && puppet.stay.present && (anew || speaker.nick !== before))
      await puppet.stay.rename(session, this.#names(puppet));
  }

  /** Never rejects. */
  async #enter(puppet: Puppet): Promise<boolean> {
    const { refusedMs, throttledMs } = this.options;
    const { port, now, trouble } = this.services;
    puppet.unwanted = false;
    try {
      await this.#closing.get(puppet.owner.bare);
      puppet.account = await port.open(puppet.owner, puppet.stay);
      const { account } = puppet;
      if (puppet.unwanted) throw new GatewayError('not-joined', { key: 'relay-room-left' });
      await puppet.stay.join(account.session, this.#names(puppet));
      this.#throttledUntil = 0;
      return true;
    } catch (error) {
      trouble(puppet.speaker, error);
      puppet.refusedUntil = now() + refusedMs;
      if (error instanceof GatewayError && THROTTLES.has(error.code)) {
        this.#throttledUntil = now() + throttledMs;
        puppet.refusedUntil = this.#throttledUntil;
      }
      await this.#leave(puppet);
      return false;
    }
  }

  #left(puppet: Puppet, member: MemberId, { cause, by }: RoomLeft): void {
    this.#depart(member);
    const { now, removed } = this.services;
    if (cause === 'removed' || cause === 'banned') puppet.refusedUntil = now() + this.options.refusedMs;
    void this.#leave(puppet);
    if (cause === 'removed' || cause === 'banned')
      removed(puppet.speaker, puppet.from, cause === 'banned', by);
  }

  /** Who has been silent for longest goes, unless even he spoke a moment ago. */
  #makeRoom(): boolean {
    for (const puppet of this.#byPerson.values()) {
      if (puppet.stay.member === undefined) continue;
      if (puppet.used > this.services.now() - this.options.restMs) return false;
      void this.#leave(puppet);
      return true;
    }
    return false;
  }

  /** Never rejects. */
  async #leave(puppet: Puppet): Promise<void> {
    const { account, stay, speaker, from } = puppet;
    puppet.unwanted = true;
    if (stay.member !== undefined) {
      this.#depart(stay.member);
      account?.session.rooms?.leave(this.services.room);
    }
    stay.forget();
    puppet.account = undefined;
    if (puppet.refusedUntil <= this.services.now()) {
      const person = personKey(speaker, from);
      if (this.#byPerson.get(person) === puppet) this.#byPerson.delete(person);
    }
    if (!account) return;
    const owner = puppet.owner.bare;
    const closing = account.close().finally(() => {
      if (this.#closing.get(owner) === closing) this.#closing.delete(owner);
    });
    this.#closing.set(owner, closing);
    await closing;
  }

  #depart(member: MemberId): void {
    this.#members.delete(member);
    this.#departed.set(member, this.services.now());
  }

  #forgetOldest(): void {
    for (const [person, puppet] of this.#byPerson) {
      if (puppet.account || puppet.entering) continue;
      this.#byPerson.delete(person);
      return;
    }
  }
}

function voiceOf({ account, stay, owner }: Puppet): Voice | undefined {
  if (!account || !stay.present) return undefined;
  return { kind: 'puppet', owner: owner.bare, session: account.session, member: stay.member };
}

function personKey({ key }: Pick<Speaker, 'key'>, from: LegId): string {
  return `${from}\n${key}`;
}
