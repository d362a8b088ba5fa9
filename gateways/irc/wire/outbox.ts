/** Lines a second and how many may go at once; undefined is no flood control. */
export interface FloodLimits {
  readonly linesPerSecond: number;
  readonly burst: number;
}

/** Lines of one connection on their way: a token bucket with a bounded queue behind it. */
export class Outbox {
  readonly #flood: FloodLimits | undefined;
  readonly #maxQueue: number;
  #tokens: number;
  #refilledAt: number;
  /** Made on first use: most connections never wait. */
  #waiting: { line: string; free: boolean }[] | undefined;

  constructor(flood: FloodLimits | undefined, maxQueue: number, now: number) {
    this.#flood = flood;
    this.#maxQueue = maxQueue;
    this.#tokens = flood?.burst ?? 0;
    this.#refilledAt = now;
  }

  /** Lines that wait for tokens. */
  get waiting(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Whether this many lines more may be queued. */
  hasRoom(lines: number): boolean {
    return this.#flood === undefined || this.waiting + lines <= this.#maxQueue;
  }

  /**
   * @param free takes no token but keeps its place behind what was sent before.
   * @returns the line if it may go now; otherwise it waits for `release`. Over the bound it is dropped:
   *   ask `hasRoom` first.
   */
  offer(line: string, now: number, free: boolean): string | undefined {
    if (this.#flood === undefined) return line;
    this.#refill(now, this.#flood);
    if (this.waiting === 0 && (free || this.#tokens >= 1)) {
      if (!free) this.#tokens--;
      return line;
    }
    if (this.waiting < this.#maxQueue * 2) {
      this.#waiting ??= [];
      this.#waiting.push({ line, free });
    }
    return undefined;
  }

  /** Lines whose turn it is. */
  release(now: number): string[] {
    if (this.#flood === undefined || this.#waiting === undefined) return [];
    this.#refill(now, this.#flood);
    const lines: string[] = [];
    let taken = 0;
    for (const next of this.#waiting) {
      if (!next.free && this.#tokens < 1) break;
      if (!next.free) this.#tokens--;
      lines.push(next.line);
      taken++;
    }
    this.#waiting.splice(0, taken);
    if (this.#waiting.length === 0) this.#waiting = undefined;
    return lines;
  }

  #refill(now: number, flood: FloodLimits): void {
    const seconds = Math.max(0, now - this.#refilledAt) / 1000;
    this.#tokens = Math.min(flood.burst, this.#tokens + seconds * flood.linesPerSecond);
    this.#refilledAt = now;
  }
}
