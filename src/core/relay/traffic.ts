const MINUTE_MS = 60_000;
const MINUTE_PARTS = 12;
const HOUR_PARTS = 60;

/** How much has passed. */
export interface TrafficReport {
  /** Since the start. */
  readonly total: number;
  readonly minute: number;
  readonly hour: number;
}

/** Counts what passes: in all, in the last minute and in the last hour. */
export class Traffic {
  #total = 0;
  readonly #minute = new Span(MINUTE_PARTS, MINUTE_MS / MINUTE_PARTS);
  readonly #hour = new Span(HOUR_PARTS, MINUTE_MS);

  /** @param now UTC milliseconds */
  add(now: number): void {
    this.#total += 1;
    this.#minute.add(now);
    this.#hour.add(now);
  }

  report(now: number): TrafficReport {
    return { total: this.#total, minute: this.#minute.sum(now), hour: this.#hour.sum(now) };
  }
}

/** Counts over the last few stretches of time; a clock set back counts into the latest. */
class Span {
  readonly #counts: number[];
  #latest = 0;

  constructor(
    private readonly parts: number,
    private readonly partMs: number,
  ) {
    this.#counts = new Array<number>(parts).fill(0);
  }

  add(now: number): void {
    this.#advance(now);
    const index = this.#latest % this.parts;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  sum(now: number): number {
    this.#advance(now);
    return this.#counts.reduce((all, count) => all + count, 0);
  }

  #advance(now: number): void {
    const part = Math.floor(now / this.partMs);
    for (let next = Math.max(this.#latest + 1, part - this.parts + 1); next <= part; next += 1)
      this.#counts[next % this.parts] = 0;
    this.#latest = Math.max(this.#latest, part);
  }
}
