import type { MailboxOptions } from './options.js';

/** Lets a number of works run at once; the others wait in their order. */
export class Gate {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Rejects with the signal's reason when that comes before its turn. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      if (next) next();
      else this.#free += 1;
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(go);
        reject(signal.reason);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

/** What all mailboxes of a gateway share, so that a restart does not connect or upload a thousand times at once. */
export interface MailboxGates {
  readonly connecting: Gate;
  /** Each mail is held in memory meanwhile: IMAP wants its length first, and the library the whole of it. */
  readonly filing: Gate;
}

export function mailboxGates(options: MailboxOptions): MailboxGates {
  return { connecting: new Gate(options.connectsAtOnce), filing: new Gate(options.filingsAtOnce) };
}
