import type { Text } from '../../gateway/text.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { type Mark, roomMark } from './marks.js';
import type { LegEvent, LegId } from './model.js';
import { foldWords, splitsOf } from './signature.js';

/** What standing by needs of the world. */
export interface StandbyServices {
  /** This gateway among others. */
  readonly instance: string;
  /** How long another relay may take to tell something (ms). */
  readonly waitMs: number;
  /** How long one that did not is not relied upon (ms). */
  readonly distrustMs: number;
  /** UTC milliseconds. */
  now(): number;
  /** The address of a room as all gateways know it. */
  placeOf(leg: LegId): string;
  /** Tells on one leg what the other relay did not. */
  tell(relay: string, from: LegId, to: LegId, event: LegEvent): void;
}

interface Waiting {
  readonly key: string;
  readonly instance: string;
  readonly timer: NodeJS.Timeout;
}

/** Messages that are left to other relays at a time. */
const MOST_WAITING = 1_000;
const REMEMBERED = 1_000;

/**
 * Where two gateways join the same rooms, one tells and the other stands by: that with the greater id. Nothing is
 * lost by it, whatever anybody claims to be: what the other does not tell soon is told after all, and the other is not
 * relied upon for a while.
 */
export class Standby {
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;
  /** What was said lately that nobody has waited for yet. */
  readonly #told = new BoundedMap<string, number>(REMEMBERED);
  readonly #distrusted = new BoundedMap<string, number>(REMEMBERED);

  constructor(private readonly services: StandbyServices) {}

  /** Whether another relay tells that. @param others relays that are seen on one of the two legs */
  yields(
    relay: string,
    event: LegEvent,
    [from, to]: readonly [LegId, LegId],
    others: Iterable<Mark>,
  ): boolean {
    const leader = this.#leader([from, to], others);
    if (leader === undefined) return false;
    const { content } = event;
    if (content.kind !== 'said') return true;
    const words = foldWords(content.words.text);
    // What could not be known again is not left to somebody else.
    if (words === '' || this.#count >= MOST_WAITING) return false;
    const key = keyOf(relay, to, words);
    // The other may have been quicker.
    const told = this.#told.get(key);
    this.#told.delete(key);
    if (told !== undefined && told + this.services.waitMs > this.services.now()) return true;
    const timer = setTimeout(() => {
      this.#remove(waiting);
      this.#distrusted.set(leader, this.services.now() + this.services.distrustMs);
      this.services.tell(relay, from, to, event);
    }, this.services.waitMs);
    timer.unref();
    const waiting: Waiting = { key, instance: leader, timer };
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), waiting]);
    this.#count += 1;
    return true;
  }

  /** Something was said on a leg: it may be what another relay was to tell there. */
  heard(relay: string, leg: LegId, text: string): void {
    const keys = [foldWords(text), ...splitsOf(text).map((split) => split.words)].map((words) =>
      keyOf(relay, leg, words),
    );
    const [waiting] = keys.flatMap((key) => this.#waiting.get(key) ?? []);
    if (waiting) {
      clearTimeout(waiting.timer);
      this.#remove(waiting);
    } else for (const key of keys) this.#told.set(key, this.services.now());
  }

  /** What is to be known of a leg among others, one line each. */
  facts(leg: LegId, legs: readonly LegId[], others: Iterable<Mark>): readonly Text[] {
    const marks = [...others];
    const leads = legs.some((other) => other !== leg && this.#leader([leg, other], marks) !== undefined);
    return leads ? [{ key: 'relay-fact-standby' }] : [];
  }

  /** Nothing is told any more. */
  stop(): void {
    for (const all of this.#waiting.values()) for (const { timer } of all) clearTimeout(timer);
    this.#waiting.clear();
    this.#count = 0;
  }

  #leader(legs: readonly LegId[], others: Iterable<Mark>): string | undefined {
    const { instance, placeOf, now } = this.services;
    for (const mark of others) {
      if (mark.instance >= instance || (this.#distrusted.get(mark.instance) ?? 0) > now()) continue;
      if (legs.every((leg) => mark.rooms.includes(roomMark(placeOf(leg))))) return mark.instance;
    }
    return undefined;
  }

  #remove(waiting: Waiting): void {
    const rest = (this.#waiting.get(waiting.key) ?? []).filter((one) => one !== waiting);
    if (rest.length === 0) this.#waiting.delete(waiting.key);
    else this.#waiting.set(waiting.key, rest);
    this.#count -= 1;
  }
}

function keyOf(relay: string, leg: LegId, words: string): string {
  return `${relay}\n${leg}\n${words}`;
}
