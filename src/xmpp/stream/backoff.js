/** The default {@link BackoffOptions}. */
export const BACKOFF_DEFAULTS = { initialMs: 500, maxMs: 60_000, factor: 2, jitter: 0.3 };
/** Waits that grow from one failure to the next, spread so that many instances do not move in step. */
export class Backoff {
  #options;
  #random;
  #attempts = 0;
  /** @param random numbers from 0 to 1 */
  constructor(options, random = Math.random) {
    this.#options = options;
    this.#random = random;
  }
  /** Failures since the last reset. */
  get attempts() {
    return this.#attempts;
  }
  /** The next wait, in milliseconds. */
  next() {
    const { initialMs, maxMs, factor, jitter } = this.#options;
    const wait = Math.min(maxMs, initialMs * factor ** this.#attempts);
    this.#attempts += 1;
    return Math.round(wait * (1 + jitter * (2 * this.#random() - 1)));
  }
  /** The next wait is the first again. */
  reset() {
    this.#attempts = 0;
  }
}
