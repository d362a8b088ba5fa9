import { RateLimiter } from 'limiter';
import type { DomainOptions } from '../domain.js';
import { BoundedMap } from './bounded-map.js';

/** Users whose buckets are remembered at most; a forgotten bucket is a full one. */
const REMEMBERED_USERS = 20_000;

/** Seconds of traffic at the allowed rate that may come at once (a client's login with all its rooms). */
const BURST_SECONDS = 10;

/** Buckets per user, so that one user's burst never costs another (S16, S17). */
export class RateLimits {
  readonly #stanzas = new BoundedMap<string, RateLimiter>(REMEMBERED_USERS);
  readonly #joins = new BoundedMap<string, RateLimiter>(REMEMBERED_USERS);

  constructor(private readonly limits: DomainOptions['limits']) {}

  /** Whether the user may send one more stanza. A limit of 0 is none. */
  take(owner: string): boolean {
    const { stanzasPerSecond } = this.limits;
    if (stanzasPerSecond === 0) return true;
    let bucket = this.#stanzas.get(owner);
    if (!bucket) {
      bucket = new RateLimiter({
        tokensPerInterval: stanzasPerSecond * BURST_SECONDS,
        interval: BURST_SECONDS * 1000,
      });
      this.#stanzas.set(owner, bucket);
    }
    return bucket.tryRemoveTokens(1);
  }

  /** Whether the user may enter one more room. A limit of 0 is none. */
  takeJoin(owner: string): boolean {
    const { joinsPerMinute } = this.limits;
    if (joinsPerMinute === 0) return true;
    let bucket = this.#joins.get(owner);
    if (!bucket) {
      bucket = new RateLimiter({ tokensPerInterval: joinsPerMinute, interval: 'minute' });
      this.#joins.set(owner, bucket);
    }
    return bucket.tryRemoveTokens(1);
  }
}
