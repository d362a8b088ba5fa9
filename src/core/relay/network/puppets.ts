import { createHash } from 'node:crypto';
import { GatewayError } from '../../../gateway/error.js';
import type { InboundEvent } from '../../../gateway/event.js';
import type { MemberId, RoomId } from '../../../gateway/ids.js';
import type { Session } from '../../../gateway/session.js';
import { Jid } from '../../../xmpp/jid.js';
import type { LegId, Speaker } from '../model.js';
import type { NetworkPort, SessionListener, SpokenAccount } from './port.js';

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
}

/** What puppets need of the world. */
export interface PuppetServices {
  readonly port: NetworkPort;
  readonly room: RoomId;
  /** The relay's domain: accounts are in names below it. */
  readonly domain: string;
  now(): number;
  removed(speaker: Speaker, from: LegId, banned: boolean, by: string | undefined): void;
  trouble(speaker: Speaker, error: unknown): void;
}

/** Characters of the name of an account. */
const NAME_LENGTH = 24;
/** Puppets remembered besides those that are there, so that a failure is. */
const REMEMBERED = 1_000;

interface Puppet {
  readonly speaker: Speaker;
  readonly from: LegId;
  used: number;
  refusedUntil: number;
  account: SpokenAccount | undefined;
  member: MemberId | undefined;
  entering: Promise<Session | undefined> | undefined;
  /** Settles the entry that is under way. */
  settle: ((error: GatewayError | undefined) => void) | undefined;
}

/** Speakers of other legs with a connection of their own, on a network that lets anybody in. */
export class Puppets {
  /** Least recently used first. */
  readonly #byPerson = new Map<string, Puppet>();
  readonly #members = new Map<MemberId, Puppet>();

  constructor(
    private readonly options: PuppetOptions,
    private readonly services: PuppetServices,
  ) {}

  get present(): number {
    return this.#members.size;
  }

  /** Whose stand-in a member of the room is. */
  personOf(member: MemberId): Pick<Puppet, 'speaker' | 'from'> | undefined {
    return this.#members.get(member);
  }

  /** Whether that member of the room is one of ours. */
  owns(member: MemberId): boolean {
    return this.#members.has(member);
  }

  /** The session that speaks for somebody; undefined: he cannot be there. Never rejects. */
  async enter(speaker: Speaker, from: LegId): Promise<Session | undefined> {
    const { most, refusedMs } = this.options;
    const { now } = this.services;
    if (most === 0) return undefined;
    const puppet = this.#of(speaker, from);
    if (puppet.member !== undefined) return puppet.account?.session;
    if (puppet.refusedUntil > now()) return undefined;
    if (!puppet.entering) {
      if (this.#taken >= most && !this.#makeRoom()) return undefined;
      puppet.entering = this.#enter(puppet)
        .catch((error: unknown) => {
          this.services.trouble(speaker, error);
          puppet.refusedUntil = now() + refusedMs;
          this.#leave(puppet);
          return undefined;
        })
        .finally(() => {
          puppet.entering = undefined;
        });
    }
    return puppet.entering;
  }

  leave(speaker: Speaker, from: LegId): void {
    const puppet = this.#byPerson.get(personOf(speaker, from));
    if (puppet) this.#leave(puppet);
  }

  /** Who has been silent for too long leaves. */
  sweep(): void {
    const before = this.services.now() - this.options.idleMs;
    for (const puppet of this.#byPerson.values()) {
      if (puppet.used > before) return;
      this.#leave(puppet);
    }
  }

  /** Resolves when their connections are closed. Never rejects. */
  async leaveAll(): Promise<void> {
    await Promise.all([...this.#byPerson.values()].map((puppet) => this.#leave(puppet)));
  }

  get #taken(): number {
    let count = 0;
    for (const { account, entering } of this.#byPerson.values()) if (account || entering) count += 1;
    return count;
  }

  #of(speaker: Speaker, from: LegId): Puppet {
    const person = personOf(speaker, from);
    const known = this.#byPerson.get(person);
    this.#byPerson.delete(person);
    if (known && known.speaker.nick === speaker.nick) {
      known.used = this.services.now();
      this.#byPerson.set(person, known);
      return known;
    }
    if (known) void this.#leave(known);
    if (this.#byPerson.size >= this.options.most + REMEMBERED) this.#forgetOldest();
    const nothing = { account: undefined, member: undefined, entering: undefined, settle: undefined };
    const puppet = { speaker, from, used: this.services.now(), refusedUntil: 0, ...nothing };
    this.#byPerson.set(person, puppet);
    return puppet;
  }

  async #enter(puppet: Puppet): Promise<Session> {
    const { port, room, domain } = this.services;
    const { speaker, from } = puppet;
    const name = createHash('sha256').update(personOf(speaker, from)).digest('hex').slice(0, NAME_LENGTH);
    const account = await port.open(new Jid(name, domain, ''), this.#listenerOf(puppet));
    puppet.account = account;
    const { session } = account;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        puppet.settle = (error) => (error ? reject(error) : resolve());
        timer = setTimeout(() => {
          reject(new GatewayError('network-unreachable', { key: 'relay-puppet-slow' }, 'not-sent', true));
        }, this.options.joinMs);
        timer.unref();
        const { rooms } = session;
        if (!rooms) throw new GatewayError('unsupported', { key: 'relay-no-rooms' });
        rooms.join(room, { nick: rooms.effectiveNick?.(room, speaker.nick) ?? speaker.nick });
      });
    } finally {
      clearTimeout(timer);
      puppet.settle = undefined;
    }
    return session;
  }

  #listenerOf(puppet: Puppet): SessionListener {
    return {
      event: (event) => {
        this.#event(puppet, event);
        return undefined;
      },
      state: ({ state }) => {
        if (state !== 'bad-credentials') return;
        puppet.settle?.(new GatewayError('bad-credentials', { key: 'relay-puppet-refused' }));
      },
      // What others say is heard by the relay's own account.
      congested: false,
      relieved: async () => undefined,
    };
  }

  #event(puppet: Puppet, event: InboundEvent): void {
    if (!('room' in event) || event.room !== this.services.room) return;
    switch (event.type) {
      case 'room-entered':
        if (puppet.member !== undefined) this.#members.delete(puppet.member);
        puppet.member = event.self;
        this.#members.set(event.self, puppet);
        puppet.settle?.(undefined);
        return;
      case 'room-refused':
        puppet.settle?.(event.error);
        return;
      case 'room-left': {
        const { cause, by } = event;
        puppet.settle?.(new GatewayError('banned', { key: 'relay-room-removed' }));
        void this.#leave(puppet, true);
        if (cause === 'left' || cause === 'network-lost') return;
        puppet.refusedUntil = this.services.now() + this.options.refusedMs;
        this.#byPerson.set(personOf(puppet.speaker, puppet.from), puppet);
        this.services.removed(puppet.speaker, puppet.from, cause === 'banned', by);
        return;
      }
      default:
        return;
    }
  }

  #makeRoom(): boolean {
    for (const puppet of this.#byPerson.values()) {
      if (puppet.member === undefined) continue;
      void this.#leave(puppet);
      return true;
    }
    return false;
  }

  /** Never rejects. */
  async #leave(puppet: Puppet, gone = false): Promise<void> {
    const { account, member, speaker, from } = puppet;
    if (member !== undefined) this.#members.delete(member);
    if (member !== undefined && !gone) account?.session.rooms?.leave(this.services.room);
    puppet.account = undefined;
    puppet.member = undefined;
    if (puppet.refusedUntil <= this.services.now()) {
      const person = personOf(speaker, from);
      if (this.#byPerson.get(person) === puppet) this.#byPerson.delete(person);
    }
    await account?.close();
  }

  #forgetOldest(): void {
    for (const [person, puppet] of this.#byPerson) {
      if (puppet.account || puppet.entering) continue;
      this.#byPerson.delete(person);
      return;
    }
  }
}

function personOf({ key }: Speaker, from: LegId): string {
  return `${from}\n${key}`;
}
