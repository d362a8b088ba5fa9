import { TgError } from '../../client.js';
import type { TgLimits } from '../../options.js';
import { backoffMs } from '../network/backoff.js';

/** Tries what a box could not do again after a while, which grows. */
export class Retries {
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly limits: Pick<TgLimits, 'retryFirstMs' | 'retryLastMs'>,
    private readonly again: () => void,
  ) {}

  /** Does something, and sees to it that it is tried again when it fails. */
  async watch<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      const result = await act();
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#later(error instanceof TgError ? error.seconds * 1_000 : 0);
      throw error;
    }
  }

  reset(): void {
    this.#failures = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.reset();
  }

  #later(leastMs: number): void {
    if (this.#stopped) return;
    const { retryFirstMs, retryLastMs } = this.limits;
    const ms = Math.max(leastMs, backoffMs(this.#failures, retryFirstMs, retryLastMs));
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.again, ms).unref();
  }
}
