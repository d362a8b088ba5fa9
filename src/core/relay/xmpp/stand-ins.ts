import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import type { Jid } from '../../../xmpp/jid.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import type { LegId, Speaker } from '../model.js';
import { outlineOf, roomName, standInNames } from './names.js';
import { type Names, Seat, type SeatServices } from './seat.js';

/** Bounds of the stand-ins of one room. */
export interface StandInOptions {
  /** In the room at a time; 0: the relay tells everything itself. */
  readonly most: number;
  /** How long one stays without a word (ms). */
  readonly idleMs: number;
  /** How long the room is not asked again to let one in that it refused (ms). */
  readonly refusedMs: number;
}

/** What stand-ins need of the world. */
export interface StandInServices extends Omit<SeatServices, 'lost' | 'voice'> {
  /** The address that speaks for somebody of another leg. */
  addressOf(speaker: Speaker, from: LegId): Jid;
  /** A word that tells which leg it is, for names that are taken. */
  labelOf(leg: LegId): string;
  /** Children of the presence of somebody of another leg, by which other relays know him for what he is. */
  markOf(from: LegId): string;
  /** Whose a name with that outline is: another one gets the label of his leg, whoever speaks first. */
  ownerOf(outline: string, person: string): string;
  /** Whether somebody else in the room, the relay itself included, would be taken for one of that name. */
  isTaken(name: string): boolean;
  now(): number;
  /** The room does not let one in. */
  refused(speaker: Speaker, error: unknown): void;
  /** Somebody made a stand-in go. */
  removed(standIn: StandIn, banned: boolean, by: string | undefined): void;
  /** One has come in. */
  entered(standIn: StandIn, away: boolean): void;
}

/** Somebody of another leg, and his seat. */
export interface StandIn {
  readonly speaker: Speaker;
  readonly from: LegId;
  readonly seat: Seat;
}

interface Known extends StandIn {
  speaker: Speaker;
  used: number;
  /** Until when the room is not asked. */
  refusedUntil: number;
  joining: Promise<void> | undefined;
  away: boolean;
}

/** Stand-ins remembered besides those that are in the room, so that a refusal is; and whose names are whose. */
const REMEMBERED = 1_000;
/** Names that were ours a moment ago: what the room still tells of them comes by another stream. */
const LATELY = 1_000;
const LATELY_MS = 30_000;
/** After nobody answered, the room is asked again sooner than after a refusal (ms). */
const UNANSWERED_MS = 30_000;

/** The people of the other legs in a foreign room: who speaks comes in, who is silent for long leaves. */
export class StandIns {
  /** Least recently used first. */
  readonly #byPerson = new Map<string, Known>();
  readonly #byAddress = new Map<string, Known>();
  #lastRefusal: Text | undefined;
  readonly #lately = new BoundedMap<string, number>(LATELY);
  /** Nobody comes in any more. */
  #closed = false;

  constructor(
    private readonly options: StandInOptions,
    private readonly services: StandInServices,
  ) {}

  /** In the room, or on the way. */
  get present(): number {
    let count = 0;
    for (const { seat, joining } of this.#byPerson.values()) if (seat.present || joining) count += 1;
    return count;
  }

  /** Why the room has last kept one out. */
  get lastRefusal(): Text | undefined {
    return this.#lastRefusal;
  }

  /** His stand-in, as far as one is remembered. */
  of(speaker: Speaker, from: LegId): StandIn | undefined {
    return this.#byPerson.get(personOf(speaker, from));
  }

  /** Resolves when all have come in who are about to, or have not. Undefined: nobody is. */
  get entering(): Promise<unknown> | undefined {
    const joining = [...this.#byPerson.values()].flatMap(({ joining: entry }) => entry ?? []);
    return joining.length === 0 ? undefined : Promise.allSettled(joining);
  }

  all(): IterableIterator<StandIn> {
    return this.#byPerson.values();
  }

  /** The seat of a full address of ours. */
  seatAt(address: string): Seat | undefined {
    return this.#byAddress.get(address)?.seat;
  }

  /** Of an address of ours, with or without resource. */
  at(address: string): StandIn | undefined {
    const known = this.#byAddress.get(address);
    if (known) return known;
    for (const standIn of this.#byPerson.values()) if (standIn.seat.address.bare === address) return standIn;
    return undefined;
  }

  /** His seat, if he is in. */
  joined(speaker: Speaker, from: LegId): Seat | undefined {
    const standIn = this.#byPerson.get(personOf(speaker, from));
    return standIn?.seat.joined ? standIn.seat : undefined;
  }

  /** The one of ours that is called so, or is coming in under that name. */
  called(nick: string): StandIn | undefined {
    for (const standIn of this.#byPerson.values())
      if (standIn.seat.present && standIn.seat.nick === nick) return standIn;
    return undefined;
  }

  /** Whose stand-in an occupant is, or just was. @param occupantId XEP-0421, where the room has them */
  personCalled(nick: string, occupantId: string | undefined): StandIn | undefined {
    for (const standIn of this.#byPerson.values()) {
      const { seat } = standIn;
      if (seat.nick === nick && seat.occupantId === occupantId) return standIn;
    }
    return undefined;
  }

  /** Whether that name is or was just that of a stand-in. */
  isOurs(nick: string): boolean {
    const until = this.#lately.get(nick);
    return (until !== undefined && until > this.services.now()) || this.called(nick) !== undefined;
  }

  /**
   * Lets somebody in who wants to speak. Undefined: he cannot be there, or may not speak there, and the relay speaks
   * for him. Never rejects.
   */
  async enter(speaker: Speaker, from: LegId): Promise<Seat | undefined> {
    const { now } = this.services;
    if (this.options.most === 0 || this.#closed) return undefined;
    const standIn = this.#of(speaker, from);
    if (!standIn.seat.joined && !(await this.#join(standIn))) return undefined;
    await this.#callAs(standIn, speaker);
    if (standIn.seat.hasVoice) return standIn.seat;
    standIn.seat.askForVoice();
    standIn.used = now();
    return undefined;
  }

  /** Lets somebody in who has nothing to say, if there is room for him. Never rejects. */
  async attend(speaker: Speaker, from: LegId): Promise<void> {
    if (this.present < this.options.most) await this.enter(speaker, from);
  }

  /** Shows that somebody is away, or back. */
  away(speaker: Speaker, from: LegId, away: boolean, face: string): void {
    const standIn = this.#byPerson.get(personOf(speaker, from));
    if (!standIn) return;
    standIn.away = away;
    standIn.seat.show(face);
  }

  /** Calls somebody by another name who is there. Never rejects. */
  async rename(speaker: Speaker, from: LegId): Promise<void> {
    const standIn = this.#byPerson.get(personOf(speaker, from));
    if (standIn?.seat.joined) await this.#callAs(standIn, speaker);
  }

  /**
   * Somebody has another key, as whoever changes his nick on IRC, and with it another address: if he is here by the old one,
   * he goes and is here by the new one. Never rejects.
   */
  async follow(speaker: Speaker, from: LegId, beforeKey: string): Promise<void> {
    const before = this.#byPerson.get(personOf({ ...speaker, key: beforeKey }, from));
    if (!before || beforeKey === speaker.key) return;
    this.#leave(before);
    await this.attend(speaker, from);
  }

  /** Somebody is not to be there any more. */
  leave(speaker: Speaker, from: LegId, words?: string): void {
    const standIn = this.#byPerson.get(personOf(speaker, from));
    if (standIn) this.#leave(standIn, words);
  }

  /** Who has been silent for too long leaves. */
  sweep(): void {
    const before = this.services.now() - this.options.idleMs;
    for (const standIn of this.#byPerson.values()) {
      if (standIn.used > before) return;
      this.#leave(standIn);
    }
  }

  /** All leave, for good: whatever is still under way brings nobody in again. */
  close(): void {
    this.#closed = true;
    for (const standIn of [...this.#byPerson.values()]) this.#leave(standIn);
  }

  /** Those to whom the room has said nothing for longest, at most so many. */
  unheard(before: number, most: number): readonly StandIn[] {
    return [...this.#byPerson.values()]
      .filter(({ seat }) => seat.joined && seat.heard < before)
      .sort((one, other) => one.seat.heard - other.seat.heard)
      .slice(0, most);
  }

  /** The room says that one is not in. */
  lost(seat: Seat): void {
    if (this.#byAddress.get(seat.address.full)?.seat === seat && seat.joined) seat.forget();
  }

  /** The room has lost them all. Those who were there. */
  forgetAll(): readonly StandIn[] {
    const there = [...this.#byPerson.values()].filter(({ seat }) => seat.joined);
    for (const { seat } of this.#byPerson.values()) seat.forget();
    this.#byPerson.clear();
    this.#byAddress.clear();
    return there;
  }

  #of(speaker: Speaker, from: LegId): Known {
    const person = personOf(speaker, from);
    const { addressOf, now } = this.services;
    const known = this.#byPerson.get(person);
    if (known) {
      this.#byPerson.delete(person);
      this.#byPerson.set(person, known);
      known.used = now();
      return known;
    }
    if (this.#byPerson.size >= this.options.most + REMEMBERED) this.#forgetOldest();
    const standIn: Known = {
      ...{ speaker, from, used: now(), refusedUntil: 0, joining: undefined, away: false },
      seat: new Seat(addressOf(speaker, from), {
        ...this.services,
        lost: (seat, end, by) => {
          this.#note(seat.nick);
          if (end !== 'removed' && end !== 'banned') return;
          standIn.refusedUntil = now() + this.options.refusedMs;
          this.services.removed(standIn, end === 'banned', by);
        },
        // It asks when it has something to say.
        voice: () => undefined,
      }),
    };
    standIn.seat.show(this.services.markOf(from));
    this.#byPerson.set(person, standIn);
    this.#byAddress.set(standIn.seat.address.full, standIn);
    return standIn;
  }

  async #join(standIn: Known): Promise<boolean> {
    const { now, refused } = this.services;
    if (standIn.refusedUntil > now()) return false;
    if (!standIn.joining && this.present >= this.options.most && !this.#makeRoom()) return false;
    const { speaker, seat } = standIn;
    standIn.joining ??= seat.join(this.#names(standIn)).finally(() => {
      standIn.joining = undefined;
    });
    try {
      await standIn.joining;
    } catch (error) {
      const { refusedMs } = this.options;
      const unanswered = error instanceof GatewayError && error.code === 'network-unreachable';
      standIn.refusedUntil = now() + (unanswered ? Math.min(refusedMs, UNANSWERED_MS) : refusedMs);
      if (error instanceof GatewayError) this.#lastRefusal = error.text;
      refused(speaker, error);
      return false;
    }
    seat.heard = now();
    this.services.entered(standIn, standIn.away);
    return true;
  }

  /** A person may be called otherwise by now; a room that does not take the new name keeps the old one. */
  async #callAs(standIn: Known, speaker: Speaker): Promise<void> {
    if (standIn.speaker.nick === speaker.nick || !standIn.seat.joined) return;
    standIn.speaker = speaker;
    const { seat } = standIn;
    const before = seat.nick;
    try {
      await seat.rename(this.#names(standIn));
    } catch (error) {
      this.services.refused(speaker, error);
    }
    if (seat.nick !== before) this.#note(before);
  }

  #names({ speaker, from, seat }: Known): Names {
    const person = personOf(speaker, from);
    const own = outlineOf(roomName(speaker.nick));
    const owner = this.services.ownerOf(own, person);
    const label = this.services.labelOf(from);
    const current = seat.joined ? outlineOf(seat.nick) : undefined;
    return standInNames(speaker.nick, label, (name) => {
      const outline = outlineOf(name);
      if (outline === own && owner !== person) return true;
      return outline !== current && this.services.isTaken(name);
    });
  }

  /** The one in the room that was silent for longest goes. */
  #makeRoom(): boolean {
    for (const standIn of this.#byPerson.values()) {
      if (!standIn.seat.joined) continue;
      this.#leave(standIn);
      return true;
    }
    return false;
  }

  #leave(standIn: Known, words?: string): void {
    const { seat, speaker, from } = standIn;
    if (seat.present) this.#note(seat.nick);
    seat.leave(words);
    this.#byAddress.delete(seat.address.full);
    const person = personOf(speaker, from);
    if (this.#byPerson.get(person) === standIn) this.#byPerson.delete(person);
  }

  #note(nick: string): void {
    this.#lately.set(nick, this.services.now() + LATELY_MS);
  }

  #forgetOldest(): void {
    for (const standIn of this.#byPerson.values()) {
      if (standIn.seat.present || standIn.joining) continue;
      this.#leave(standIn);
      return;
    }
  }
}

function personOf({ key }: Speaker, from: LegId): string {
  return `${from}\n${key}`;
}
