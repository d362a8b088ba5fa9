import type { Log } from '../../../src/gateway/gateway.js';
import type { StateValue } from '../../../src/gateway/state.js';
import type { LineStore } from './line-store.js';
import { settled } from './settled.js';
import type { Pauses } from './watch.js';

/** Entries read from the store at once. */
const PAGE = 200;
/** A text that could not be given away for so long is given up. */
const KEPT_MS = 30 * 86_400_000;

/** How pending texts are dealt with. */
export interface PendingLimits {
  /** Texts being taken at once. */
  readonly concurrent: number;
  /** Texts that may be pending. */
  readonly pending: number;
  /** Between tries when one could not be taken. */
  readonly pauses: Pauses;
}

/**
 * Texts that their provider thinks delivered, and that take longer than it waits: durable from then on, taken one after
 * the other, again and again over restarts until it works.
 */
export class PendingTexts {
  readonly #store: LineStore;
  readonly #limits: PendingLimits;
  readonly #log: Log;
  readonly #take: (value: StateValue) => Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failed = new Set<string>();
  #loaded = false;
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `take` resolves when the text is durable where it belongs. */
  constructor(store: LineStore, limits: PendingLimits, log: Log, take: (value: StateValue) => Promise<void>) {
    this.#store = store;
    this.#limits = limits;
    this.#log = log;
    this.#take = take;
  }

  /** Goes on with what an earlier process has left. */
  start(): void {
    void this.#load();
  }

  /** Resolves when the text is durable; rejects when it cannot be kept. */
  async add(id: string, value: StateValue): Promise<void> {
    if (this.#waiting.size + this.#failed.size + this.#running.size >= this.#limits.pending)
      throw new Error('too many texts are pending');
    await this.#store.put({ key: id, value, expiresAt: Date.now() + KEPT_MS });
    this.#waiting.add(id);
    this.#next();
  }

  /** Waits for what is under way, `ms` at most; the rest stays for the next process. */
  async stop(ms: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await settled(this.#running.values(), ms);
  }

  async #load(): Promise<void> {
    try {
      for (let after = ''; !this.#loaded; ) {
        const page = await this.#store.list(after, PAGE);
        for (const { key } of page) if (!this.#running.has(key)) this.#waiting.add(key);
        after = page.at(-1)?.key ?? after;
        this.#loaded = page.length === 0;
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'pending texts cannot be read now');
      this.#tryLater();
    }
    this.#next();
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#stopped || this.#running.size >= this.#limits.concurrent) return;
      this.#waiting.delete(id);
      this.#running.set(id, this.#process(id));
    }
  }

  /** Never rejects. */
  async #process(id: string): Promise<void> {
    try {
      const entry = await this.#store.get(id);
      if (entry) await this.#take(entry.value);
      await this.#store.delete(id);
      this.#attempts = 0;
    } catch (error) {
      this.#log.warn({ err: error }, 'a pending text could not be taken now');
      this.#failed.add(id);
      this.#tryLater();
    }
    this.#running.delete(id);
    this.#next();
  }

  #tryLater(): void {
    if (this.#stopped || this.#timer) return;
    const { initialMs, factor, maxMs } = this.#limits.pauses;
    const pause = Math.min(initialMs * factor ** this.#attempts, maxMs);
    this.#attempts += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const id of this.#failed) this.#waiting.add(id);
      this.#failed.clear();
      if (this.#loaded) this.#next();
      else void this.#load();
    }, pause);
  }
}
