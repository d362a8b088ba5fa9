import { steadyNow } from './core/steady-clock.js';
import type { Log } from './gateway/gateway.js';
import type { AccountKey, Store } from './store/store.js';

/** How often what is too old is removed. */
const PURGE_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long things are kept. */
export interface RetentionDays {
  /** What was said in rooms. */
  readonly archive: number;
  /** What became of private messages. */
  readonly messages: number;
}

/** Removes what is too old, at once and every hour. */
export class Retention {
  readonly #store: Store;
  readonly #accountsInUse: () => readonly AccountKey[];
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  /** Takes effect at the next hour. */
  days: RetentionDays;

  constructor(store: Store, days: RetentionDays, accountsInUse: () => readonly AccountKey[], log: Log) {
    this.#store = store;
    this.days = days;
    this.#accountsInUse = accountsInUse;
    this.#log = log;
    this.#timer = setInterval(() => void this.#run(), PURGE_EVERY_MS);
    void this.#run();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #run(): Promise<void> {
    const { archive, messages, states, relays } = this.#store;
    const now = steadyNow();
    const purges = [
      () => messages.purge(now - this.days.messages * DAY_MS),
      () => states.purge(now),
      () => relays.purge(now - this.days.messages * DAY_MS),
      // last: it removes the accounts that refer to nothing
      () => archive.purge(now - this.days.archive * DAY_MS, this.#accountsInUse()),
    ];
    for (const purge of purges) {
      await purge().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'what is too old could not be removed; it is tried again in an hour');
      });
    }
  }
}
