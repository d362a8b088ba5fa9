import type { DomainContext } from '../domain.js';
import { pauseAfter } from './delivery-options.js';

/**
 * What is decided and must only be written down: tried again while the store cannot write. Bounded by what was being
 * sent when the store's trouble began, since nothing is sent that could not be written down before.
 */
export class Settling {
  readonly #pending = new Set<Promise<void>>();
  readonly #asleep = new Set<() => void>();
  #stopped = false;

  constructor(private readonly context: Pick<DomainContext, 'options' | 'log'>) {}

  /** Does the work until it succeeds, then `after`. The promise never rejects. */
  add(work: () => Promise<void>, after: () => void): Promise<void> {
    const pending = this.#try(work)
      .then(after)
      .finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    return pending;
  }

  /** Resolves when all is written down, or could not be by one more try. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of this.#asleep) wake();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Never rejects. */
  async #try(work: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const last = this.#stopped;
      try {
        await work();
        return;
      } catch (error) {
        if (last) {
          this.context.log.warn({ err: error }, 'what became of a message could not be written down');
          return;
        }
      }
      if (!this.#stopped) await this.#sleep(pauseAfter(tries, this.context.options.delivery));
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#asleep.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      timer.unref();
      this.#asleep.add(wake);
    });
  }
}
