import { TokenBucket } from 'limiter';

/** How many of many begin something at a time. */
export interface TurnLimits {
  /** Under way at a time. */
  readonly atOnce: number;
  /** Begun per second. */
  readonly perSecond: number;
}

/** A place in the queue. */
export interface Turn {
  /** Resolves when it has come, or was given up. */
  readonly come: Promise<void>;
  /** What it was for is over, or is wanted no more. May be called again. */
  leave(): void;
}

const MS = 1_000;

/**
 * Lets those who come at once begin one after the other, in their order: a thousand accounts that all connect after a
 * start, or after an outage, are neither to fill the line nor to look like an attack.
 */
export class Turns {
  readonly #bucket: TokenBucket;
  readonly #waiting = new Set<() => void>();
  #free: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ atOnce, perSecond }: TurnLimits) {
    this.#free = atOnce;
    const bucketSize = Math.max(1, perSecond);
    this.#bucket = new TokenBucket({ bucketSize, tokensPerInterval: perSecond, interval: MS });
    this.#bucket.content = bucketSize;
  }

  take(): Turn {
    let state: 'waiting' | 'come' | 'left' = 'waiting';
    let begin = (): void => undefined;
    const come = new Promise<void>((resolve) => {
      begin = () => {
        this.#waiting.delete(begin);
        state = 'come';
        resolve();
      };
      this.#waiting.add(begin);
    });
    this.#proceed();
    return {
      come,
      leave: () => {
        if (state === 'come') this.#free += 1;
        else if (state === 'waiting') begin();
        state = 'left';
        this.#proceed();
      },
    };
  }

  #proceed(): void {
    for (const begin of this.#waiting) {
      if (this.#free <= 0) return;
      if (!this.#bucket.tryRemoveTokens(1)) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#proceed();
        }, MS / this.#bucket.tokensPerInterval).unref();
        return;
      }
      this.#free -= 1;
      begin();
    }
  }
}
