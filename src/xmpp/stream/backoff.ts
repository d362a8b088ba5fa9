/** How the waits between attempts to connect grow. */
export interface BackoffOptions {
  /** The first wait, in milliseconds. */
  readonly initialMs: number;
  /** The longest wait, in milliseconds, before jitter. */
  readonly maxMs: number;
  /** By how much each wait exceeds the one before. */
  readonly factor: number;
  /** How far a wait may be off, as a part of itself (0 to 1). */
  readonly jitter: number;
}

/** The default {@link BackoffOptions}. */
export const BACKOFF_DEFAULTS: BackoffOptions = { initialMs: 500, maxMs: 60_000, factor: 2, jitter: 0.3 };

/** Waits that grow from one failure to the next, spread so that many instances do not move in step. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #attempts = 0;

  /** @param random numbers from 0 to 1 */
  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  /** Failures since the last reset. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const { initialMs, maxMs, factor, jitter } = this.#options;
    const wait = Math.min(maxMs, initialMs * factor ** this.#attempts);
    this.#attempts += 1;
    return Math.round(wait * (1 + jitter * (2 * this.#random() - 1)));
  }

  /** The next wait is the first again. */
  reset(): void {
    this.#attempts = 0;
  }
}
