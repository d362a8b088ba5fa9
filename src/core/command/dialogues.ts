import { steadyNow } from '../steady-clock.js';

/** Limits of {@link Dialogues}. */
export interface DialoguesOptions {
  /** Open dialogues of one user; one more and his oldest is forgotten. */
  readonly perOwner: number;
  /** Milliseconds without a word after which a dialogue is forgotten. */
  readonly timeoutMs: number;
  /** Forgotten ids that are still answered as expired. Default 1,000. */
  readonly maxExpired?: number;
  /** Milliseconds. Default {@link steadyNow}. */
  readonly now?: () => number;
}

const DEFAULT_MAX_EXPIRED = 1_000;

interface Entry<T> {
  readonly owner: string;
  readonly value: T;
  deadline: number;
}

/** Open dialogues by id, bounded per user and in time. */
export class Dialogues<T> {
  /** Least recently used first. */
  readonly #open = new Map<string, Entry<T>>();
  readonly #expired = new Set<string>();
  readonly #now: () => number;

  constructor(readonly options: DialoguesOptions) {
    this.#now = options.now ?? steadyNow;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Begins a dialogue; one with the same id is replaced. */
  open(id: string, owner: string, value: T): void {
    this.#sweep();
    this.#open.delete(id);
    const own = [...this.#open].filter(([, entry]) => entry.owner === owner);
    for (const [oldest] of own.slice(0, Math.max(0, own.length - this.options.perOwner + 1)))
      this.#expire(oldest);
    this.#expired.delete(id);
    this.#open.set(id, { owner, value, deadline: this.#now() + this.options.timeoutMs });
  }

  /** The dialogue, whose time-out starts again; or what is known of the id. */
  find(id: string): T | 'expired' | 'unknown' {
    this.#sweep();
    const entry = this.#open.get(id);
    if (!entry) return this.#expired.has(id) ? 'expired' : 'unknown';
    entry.deadline = this.#now() + this.options.timeoutMs;
    this.#open.delete(id);
    this.#open.set(id, entry);
    return entry.value;
  }

  /** Ends a dialogue; its id is unknown from now on. */
  close(id: string): void {
    this.#open.delete(id);
    this.#expired.delete(id);
  }

  /** Ends all dialogues of a user, as when his account is erased. */
  closeAll(owner: string): void {
    for (const [id, entry] of this.#open) if (entry.owner === owner) this.#open.delete(id);
  }

  #sweep(): void {
    const now = this.#now();
    for (const [id, entry] of this.#open) {
      if (entry.deadline > now) return;
      this.#expire(id);
    }
  }

  #expire(id: string): void {
    this.#open.delete(id);
    this.#expired.add(id);
    const [oldest] = this.#expired;
    if (oldest !== undefined && this.#expired.size > (this.options.maxExpired ?? DEFAULT_MAX_EXPIRED)) {
      this.#expired.delete(oldest);
    }
  }
}
