import type { LineStore } from './line-store.js';

/**
 * Ids of the texts that came in over one carrier, so that each is taken once, whoever has its number by then: a call
 * that somebody has recorded and makes again must not bring an old text to a number's next user.
 */
export class InboundLedger {
  readonly #store: LineStore;
  readonly #keepMs: number;
  readonly #taking = new Map<string, Promise<void>>();

  /** `keepMs`: how long an id is remembered. */
  constructor(store: LineStore, keepMs: number) {
    this.#store = store;
    this.#keepMs = keepMs;
  }

  /** Resolves when the text is durable or was taken before; rejects as `take` does: it may come again then. */
  take(id: string, take: () => Promise<void>): Promise<void> {
    const under = this.#taking.get(id);
    if (under) return under;
    const taking = this.#once(id, take).finally(() => this.#taking.delete(id));
    this.#taking.set(id, taking);
    return taking;
  }

  /** Whether a text was taken before. */
  async has(id: string): Promise<boolean> {
    return (await this.#store.get(id)) !== undefined;
  }

  async #once(id: string, take: () => Promise<void>): Promise<void> {
    if (await this.has(id)) return;
    await take();
    await this.#store.put({ key: id, value: {}, expiresAt: Date.now() + this.#keepMs });
  }
}
