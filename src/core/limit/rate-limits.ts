import { TokenBucket } from 'limiter';
import type { DomainOptions } from '../domain.js';
import { BoundedMap } from './bounded-map.js';

/** Users whose buckets are remembered at most; a forgotten bucket is a full one. */
const REMEMBERED_USERS = 20_000;

/** Presences of one user at once, and in a second: servers send one or two to each of his contacts at a login. */
const PRESENCE_BURST = 20_000;
const PRESENCES_PER_SECOND = 200;

/** Buckets per user, so that one user's burst never costs another (S16, S17). */
export class RateLimits {
  readonly #stanzas = new BoundedMap<string, TokenBucket>(REMEMBERED_USERS);
  readonly #presences = new BoundedMap<string, TokenBucket>(REMEMBERED_USERS);
  readonly #joins = new BoundedMap<string, TokenBucket>(REMEMBERED_USERS);

  constructor(private readonly limits: DomainOptions['limits']) {}

  /** Whether the user may send one more stanza. */
  take(owner: string): boolean {
    const { messagesPerSecond, messageBurst } = this.limits;
    return full(this.#stanzas, owner, messageBurst, messagesPerSecond, 'second').tryRemoveTokens(1);
  }

  /** Whether the user may send one more presence that enters no room. */
  takePresence(owner: string): boolean {
    return full(this.#presences, owner, PRESENCE_BURST, PRESENCES_PER_SECOND, 'second').tryRemoveTokens(1);
  }

  /** Whether the user may enter one more room. */
  takeJoin(owner: string): boolean {
    const { joinsPerMinute } = this.limits;
    return full(this.#joins, owner, joinsPerMinute, joinsPerMinute, 'minute').tryRemoveTokens(1);
  }
}

/** The user's bucket; a new one is full. */
function full(
  buckets: BoundedMap<string, TokenBucket>,
  owner: string,
  bucketSize: number,
  tokensPerInterval: number,
  interval: 'second' | 'minute',
): TokenBucket {
  let bucket = buckets.get(owner);
  if (!bucket) {
    bucket = new TokenBucket({ bucketSize, tokensPerInterval, interval });
    bucket.content = bucketSize;
    buckets.set(owner, bucket);
  }
  return bucket;
}
