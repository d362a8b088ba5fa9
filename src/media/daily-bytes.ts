import { TokenBucket } from 'limiter';
import { BoundedMap } from '../core/limit/bounded-map.js';

/** Users that are remembered at most; a forgotten one has used nothing. */
const REMEMBERED_USERS = 20_000;

/** How many bytes each user may move in 24 hours, on average; a restart forgets what was used. */
export class DailyBytes {
  readonly #buckets = new BoundedMap<string, TokenBucket>(REMEMBERED_USERS);

  constructor(private readonly bytesPerDay: number) {}

  /** False, and nothing is used, when that is more than is left. */
  take(owner: string, bytes: number): boolean {
    return bytes <= this.bytesPerDay && this.#bucket(owner).tryRemoveTokens(bytes);
  }

  /** Whether so much is left. */
  has(owner: string, bytes: number): boolean {
    const bucket = this.#bucket(owner);
    bucket.drip();
    return bucket.content >= bytes;
  }

  #bucket(owner: string): TokenBucket {
    let bucket = this.#buckets.get(owner);
    if (!bucket) {
      bucket = new TokenBucket({
        bucketSize: this.bytesPerDay,
        tokensPerInterval: this.bytesPerDay,
        interval: 'day',
      });
      bucket.content = this.bytesPerDay;
      this.#buckets.set(owner, bucket);
    }
    return bucket;
  }
}
