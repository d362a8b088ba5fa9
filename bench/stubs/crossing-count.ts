import { monotonicMicros } from '../harness/clock.js';
import { type LatencySummary, sequenceOf, stampOf, summarize } from '../harness/tally.js';

/** What has come to rooms of what was said in others. */
export interface Crossings {
  /** Messages and rooms to which each came once. */
  readonly once: number;
  readonly again: number;
  /** Those that came after a later one of the same room. */
  readonly disordered: number;
  readonly latency: LatencySummary;
}

/** Counts every message in every room: each once, and in the order in which its own room had them. */
export class CrossingCount {
  /** By number of the message: the room where it was said. */
  readonly #sources = new Map<number, string>();
  readonly #seen = new Set<string>();
  readonly #repeated = new Set<string>();
  /** Latest number, by room where it was said and room where it came. */
  readonly #latest = new Map<string, number>();
  #samples: number[] = [];
  #disordered = 0;
  #target = Number.POSITIVE_INFINITY;
  #reached: (() => void) | undefined;

  /** Somebody is about to say that number there. */
  said(sequence: number, room: string): void {
    this.#sources.set(sequence, room);
  }

  /** Something was said by the component in a room. */
  came(room: string, stanza: string): void {
    const sequence = sequenceOf(stanza);
    if (sequence === undefined) return;
    const source = this.#sources.get(sequence);
    if (source === undefined) return;
    const seen = `${sequence} ${room}`;
    if (this.#seen.has(seen)) {
      this.#repeated.add(seen);
      return;
    }
    this.#seen.add(seen);
    const way = `${source} ${room}`;
    const latest = this.#latest.get(way) ?? 0;
    if (sequence < latest) this.#disordered += 1;
    else this.#latest.set(way, sequence);
    this.#samples.push(monotonicMicros() - (stampOf(stanza) ?? Number.NaN));
    if (this.#seen.size >= this.#target) this.#reached?.();
  }

  /** Resolves when so many have come. */
  async reach(count: number): Promise<void> {
    if (this.#seen.size >= count) return;
    this.#target = count;
    await new Promise<void>((resolve) => {
      this.#reached = resolve;
    });
    this.#target = Number.POSITIVE_INFINITY;
  }

  reset(): void {
    for (const some of [this.#sources, this.#seen, this.#repeated, this.#latest]) some.clear();
    this.#samples = [];
    this.#disordered = 0;
  }

  read(): Crossings {
    return {
      ...{ once: this.#seen.size - this.#repeated.size, again: this.#repeated.size },
      disordered: this.#disordered,
      latency: summarize(this.#samples),
    };
  }
}
