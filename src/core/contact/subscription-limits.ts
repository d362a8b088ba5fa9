import { TokenBucket } from 'limiter';
import { BoundedMap } from '../limit/bounded-map.js';

/** Limits of what the gateway says of subscriptions, whatever the other side does. */
interface Limits {
  /** Pairs and users that are remembered; a forgotten one starts anew. */
  readonly remembered: number;
  /** Answers to one user in the name of one contact: at once, and per hour (S13). */
  readonly answers: number;
  /** Requests to one user in the names of all contacts: at once, and per hour (Q05). */
  readonly requests: number;
}

const DEFAULTS: Limits = { remembered: 20_000, answers: 6, requests: 10 };

/** Keeps loops and floods of subscriptions short. */
export class SubscriptionLimits {
  readonly #limits: Limits;
  readonly #answers: BoundedMap<string, TokenBucket>;
  readonly #requests: BoundedMap<string, TokenBucket>;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#answers = new BoundedMap(this.#limits.remembered);
    this.#requests = new BoundedMap(this.#limits.remembered);
  }

  /** Whether one more `subscribed` or `unsubscribed` may go from the contact to the user. */
  takeAnswer(user: string, contact: string): boolean {
    return take(this.#answers, `${user} ${contact}`, this.#limits.answers);
  }

  /** Whether one more `subscribe` may go to the user that nobody on the network has asked for. */
  takeRequest(user: string): boolean {
    return take(this.#requests, user, this.#limits.requests);
  }
}

function take(buckets: BoundedMap<string, TokenBucket>, key: string, perHour: number): boolean {
  let bucket = buckets.get(key);
  if (!bucket) {
    bucket = new TokenBucket({ bucketSize: perHour, tokensPerInterval: perHour, interval: 'hour' });
    bucket.content = perHour;
    buckets.set(key, bucket);
  }
  return bucket.tryRemoveTokens(1);
}
