import { TokenBucket } from 'limiter';
import { TgError } from '../client.js';
import type { TgLimits } from '../options.js';

/** Waits that the server has imposed are remembered for so many families of requests. */
const MOST_FAMILIES = 100;
const MS = 1_000;
/** Reason of the error for a request that found too many others waiting. */
export const TOO_MANY = 'TOO_MANY_REQUESTS';

/** Keeps one account within what Telegram bears, and what Telegram has told it to wait for. */
export class Pace {
  readonly #bucket: TokenBucket;
  readonly #until = new Map<string, number>();
  #waiting = 0;

  constructor(private readonly limits: TgLimits) {
    const { burst, perSecond } = limits;
    this.#bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perSecond, interval: MS });
    this.#bucket.content = burst;
  }

  /**
   * Resolves when a request of that family may be made. Rejects with TgError `wait` where that is too far away, or too
   * many are waiting already.
   */
  async turn(family: string): Promise<void> {
    this.#admit(family);
    if (this.#waiting >= this.limits.mostWaiting)
      throw new TgError('wait', TOO_MANY, Math.ceil(this.#waiting / this.limits.perSecond));
    if (this.#waiting === 0 && this.#bucket.tryRemoveTokens(1)) return;
    this.#waiting += 1;
    try {
      await this.#bucket.removeTokens(1);
      // Those before have perhaps been told to wait.
      this.#admit(family);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** The server has told requests of that family to wait. */
  imposed(family: string, seconds: number): void {
    if (this.#until.size >= MOST_FAMILIES)
      for (const [name, until] of this.#until) if (until <= Date.now()) this.#until.delete(name);
    if (this.#until.size < MOST_FAMILIES) this.#until.set(family, Date.now() + seconds * MS);
  }

  #admit(family: string): void {
    const left = (this.#until.get(family) ?? 0) - Date.now();
    if (left > 0) throw new TgError('wait', 'FLOOD_WAIT', Math.ceil(left / MS));
    this.#until.delete(family);
  }
}
