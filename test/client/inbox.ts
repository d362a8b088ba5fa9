/** How long a scenario waits for something that must come, in milliseconds. */
export const ARRIVAL_TIMEOUT_MS = 15_000;

/** What a wait needs besides its predicate. */
export interface WaitOptions {
  /** Milliseconds until the wait counts as failed. */
  readonly timeoutMs?: number;
}

interface Waiter<T> {
  accepts(item: T): boolean;
  resolve(item: T): void;
}

/**
 * What a peer has received: each item is handed to one wait at most, early items wait for their wait, and a
 * wait in vain names what came instead.
 */
export class Inbox<T> {
  readonly #show: (item: T) => string;
  readonly #all: T[] = [];
  #unread: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();

  /** `show` renders an item for the message of a failed wait. */
  constructor(show: (item: T) => string) {
    this.#show = show;
  }

  /** Everything received so far, read or not, in order. */
  get all(): readonly T[] {
    return this.#all;
  }

  /** What no wait has taken yet, in order. */
  get unread(): readonly T[] {
    return this.#unread;
  }

  /** Takes in an item: the oldest wait that accepts it gets it. */
  push(item: T): void {
    this.#all.push(item);
    for (const waiter of this.#waiters) {
      if (!waiter.accepts(item)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(item);
      return;
    }
    this.#unread.push(item);
  }

  /** Forgets what nobody has waited for. */
  clear(): void {
    this.#unread = [];
  }

  /** Resolves with the first unread or future item that `accepts`; rejects in time, naming `what` was awaited. */
  async wait(accepts: (item: T) => boolean, what: string, options: WaitOptions = {}): Promise<T> {
    const early = this.#unread.findIndex(accepts);
    const found = this.#unread[early];
    if (found !== undefined) {
      this.#unread.splice(early, 1);
      return found;
    }
    const timeoutMs = options.timeoutMs ?? ARRIVAL_TIMEOUT_MS;
    return new Promise<T>((resolve, reject) => {
      const waiter: Waiter<T> = {
        accepts,
        resolve: (item) => {
          clearTimeout(timer);
          resolve(item);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`${what}: did not come within ${timeoutMs} ms. ${this.#describe()}`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  #describe(): string {
    if (this.#all.length === 0) return 'Nothing was received.';
    const lines = this.#all.map((item) => `${this.#unread.includes(item) ? '  ' : '✓ '}${this.#show(item)}`);
    return `Received (✓ = taken by an earlier wait):\n${lines.join('\n')}`;
  }
}
