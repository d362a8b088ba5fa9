import type { GatewayError } from '../../../gateway/error.js';
import type { Jid } from '../../../xmpp/jid.js';
import { nickResource } from '../../room/nick-resource.js';
import type { LegId, Speaker } from '../model.js';
import { Seat, type SeatServices } from './seat.js';

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
export interface StandInServices extends Omit<SeatServices, 'lost'> {
  /** The address that speaks for somebody of another leg. */
  addressOf(speaker: Speaker, from: LegId): Jid;
  /** A word that tells which leg it is, for names that are taken. */
  labelOf(leg: LegId): string;
  now(): number;
  /** The room does not let one in. */
  refused(speaker: Speaker, error: unknown): void;
  /** Somebody made a stand-in go. */
  removed(speaker: Speaker, from: LegId, banned: boolean, by: string | undefined): void;
}

interface StandIn {
  readonly speaker: Speaker;
  readonly from: LegId;
  readonly seat: Seat;
  used: number;
  /** Until when the room is not asked. */
  refusedUntil: number;
  joining: Promise<boolean> | undefined;
}

/** Stand-ins remembered besides those that are in the room, so that a refusal is. */
const REMEMBERED = 1_000;
/** Names that are tried with a number. */
const NUMBERED = 9;

/** The people of the other legs in a foreign room: who speaks comes in, who is silent for long leaves. */
export class StandIns {
  /** Least recently used first. */
  readonly #byPerson = new Map<string, StandIn>();
  readonly #byAddress = new Map<string, StandIn>();
  /** In the room, or on the way. */
  #present = 0;

  constructor(
    private readonly options: StandInOptions,
    private readonly services: StandInServices,
  ) {}

  get present(): number {
    return this.#present;
  }

  /** The seat of an address of ours. */
  at(address: string): Seat | undefined {
    return this.#byAddress.get(address)?.seat;
  }

  /** His seat, if he is in. */
  joined(speaker: Speaker, from: LegId): Seat | undefined {
    const standIn = this.#byPerson.get(personOf(speaker, from));
    return standIn?.seat.joined ? standIn.seat : undefined;
  }

  /** The seat of the one of ours that is called so. */
  called(nick: string): Seat | undefined {
    for (const { seat } of this.#byPerson.values()) if (seat.joined && seat.nick === nick) return seat;
    return undefined;
  }

  /** Whose stand-in an occupant is, or just was. @param occupantId XEP-0421, where the room has them */
  personCalled(nick: string, occupantId: string | undefined): Pick<StandIn, 'speaker' | 'from'> | undefined {
    for (const standIn of this.#byPerson.values()) {
      const { seat } = standIn;
      if (seat.nick === nick && seat.occupantId === occupantId) return standIn;
    }
    return undefined;
  }

  /** Lets somebody in who wants to speak. Undefined: he cannot be there, and the relay speaks for him. */
  async enter(speaker: Speaker, from: LegId): Promise<Seat | undefined> {
    const { most, refusedMs } = this.options;
    const { now } = this.services;
    if (most === 0) return undefined;
    const standIn = this.#of(speaker, from);
    if (standIn.seat.joined) return standIn.seat;
    if (standIn.refusedUntil > now()) return undefined;
    if (!standIn.joining) {
      if (this.#present >= most && !this.#makeRoom()) return undefined;
      this.#present += 1;
      standIn.joining = this.#join(standIn).finally(() => {
        standIn.joining = undefined;
        if (!standIn.seat.joined) this.#present -= 1;
      });
    }
    if (await standIn.joining) return standIn.seat;
    standIn.refusedUntil = now() + refusedMs;
    return undefined;
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

  leaveAll(words?: string): void {
    for (const standIn of [...this.#byPerson.values()]) this.#leave(standIn, words);
  }

  /** The room says that one is not in. */
  lost(seat: Seat): void {
    const standIn = this.#byAddress.get(seat.address.full);
    if (!standIn || !seat.joined) return;
    seat.forget();
    this.#present -= 1;
  }

  /** The room has lost them all. */
  forgetAll(): void {
    for (const { seat } of this.#byPerson.values()) seat.forget();
    this.#byPerson.clear();
    this.#byAddress.clear();
    this.#present = 0;
  }

  #of(speaker: Speaker, from: LegId): StandIn {
    const person = personOf(speaker, from);
    const known = this.#byPerson.get(person);
    this.#byPerson.delete(person);
    if (known && known.speaker.nick === speaker.nick) {
      known.used = this.services.now();
      this.#byPerson.set(person, known);
      return known;
    }
    // Under another name he is somebody else to the room.
    if (known) this.#leave(known);
    if (this.#byPerson.size >= this.options.most + REMEMBERED) this.#forgetOldest();
    const { addressOf, now } = this.services;
    const standIn: StandIn = {
      ...{ speaker, from, used: now(), refusedUntil: 0, joining: undefined },
      seat: new Seat(addressOf(speaker, from), {
        ...this.services,
        lost: (_seat, end, by) => {
          this.#present -= 1;
          if (end !== 'removed' && end !== 'banned') return;
          standIn.refusedUntil = now() + this.options.refusedMs;
          this.services.removed(speaker, from, end === 'banned', by);
        },
      }),
    };
    this.#byPerson.set(person, standIn);
    this.#byAddress.set(standIn.seat.address.full, standIn);
    return standIn;
  }

  async #join({ speaker, from, seat }: StandIn): Promise<boolean> {
    try {
      await seat.join(this.#names(speaker, from));
      return true;
    } catch (error) {
      if (!isPassing(error)) this.services.refused(speaker, error);
      else throw error;
      return false;
    }
  }

  /** His own name; if that is taken, with the leg's; then with numbers. */
  *#names({ nick }: Speaker, from: LegId): Generator<string> {
    const name = nickResource(nick, () => false);
    const labelled = nickResource(`${name} [${this.services.labelOf(from)}]`, () => false);
    yield name;
    yield labelled;
    for (let number = 2; number <= NUMBERED; number += 1) yield `${labelled} ${number}`;
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

  #leave(standIn: StandIn, words?: string): void {
    const { seat, speaker, from } = standIn;
    if (seat.joined) this.#present -= 1;
    seat.leave(words);
    this.#byAddress.delete(seat.address.full);
    const person = personOf(speaker, from);
    if (this.#byPerson.get(person) === standIn) this.#byPerson.delete(person);
  }

  #forgetOldest(): void {
    for (const standIn of this.#byPerson.values()) {
      if (standIn.seat.joined || standIn.joining) continue;
      this.#leave(standIn);
      return;
    }
  }
}

function personOf({ key }: Speaker, from: LegId): string {
  return `${from}\n${key}`;
}

/** Whether asking again soon makes sense. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && (error as Partial<GatewayError>).retryable === true;
}
