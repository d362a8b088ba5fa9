import { backoffMs } from '../backoff.js';
import type { SmppOptions } from './options.js';

/**
 * Obeys a centre that says it is too much (ESME_RTHROTTLED, ESME_RMSGQFUL): pauses that grow from one such answer to
 * the next, and after each a single part until one is taken.
 */
export class Throttle {
  readonly #options: SmppOptions['throttle'];
  #attempt = 0;
  #pausedUntil = 0;
  /** Parts handed over before the last pause began say nothing new when they are refused, too. */
  #epoch = 0;

  constructor(options: SmppOptions['throttle']) {
    this.#options = options;
  }

  /** To be kept with a part when it is handed over. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Only one part may be under way. */
  get careful(): boolean {
    return this.#attempt > 0;
  }

  /** Milliseconds still to pause. */
  waitMs(now: number): number {
    return Math.max(0, this.#pausedUntil - now);
  }

  refused(epoch: number, now: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch++;
    this.#pausedUntil = now + backoffMs(this.#options, this.#attempt, Math.random());
    this.#attempt++;
  }

  taken(epoch: number): void {
    if (epoch === this.#epoch) this.#attempt = 0;
  }

  /** A new connection starts fresh. */
  reset(): void {
    this.#epoch++;
    this.#attempt = 0;
    this.#pausedUntil = 0;
  }
}
