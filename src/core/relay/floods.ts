import { BoundedMap } from '../limit/bounded-map.js';

/** What one may send. */
export interface FloodLimit {
  /** In the long run. */
  readonly perMinute: number;
  /** At once. */
  readonly burst: number;
}

/** Told when somebody sends too much, and when that is over. */
export interface FloodListener {
  begun(who: string): void;
  /** @param count what was left out */
  ended(who: string, count: number): void;
}

interface Bucket {
  left: number;
  filled: number;
  flood: { count: number; readonly over: NodeJS.Timeout } | undefined;
}

const REMEMBERED = 20_000;
/** What must have been refilled before anything is let through again, of a burst. */
const RESUMED_AT = 0.5;
const MINUTE_MS = 60_000;

/** Lets through what many may send each, and tells once when one sends more, and once how much it was. */
export class Floods {
  readonly #buckets = new BoundedMap<string, Bucket>(REMEMBERED);
  readonly #floods = new Set<Bucket>();

  constructor(
    private readonly limit: FloodLimit,
    private readonly listener: FloodListener,
    private readonly now: () => number,
  ) {}

  /** Whether one more may pass. @param at when it was said, UTC milliseconds: what is caught up on was no flood */
  take(who: string, at = this.now()): boolean {
    const bucket = this.#bucket(who, at);
    if (bucket.flood) {
      bucket.flood.count += 1;
      return false;
    }
    this.#refill(bucket, at);
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return true;
    }
    const { perMinute, burst } = this.limit;
    const over = setTimeout(() => this.#over(who, bucket), (RESUMED_AT * burst * MINUTE_MS) / perMinute);
    over.unref();
    bucket.flood = { count: 1, over };
    this.#floods.add(bucket);
    this.listener.begun(who);
    return false;
  }

  /** That was taken for nothing. */
  giveBack(who: string): void {
    const bucket = this.#bucket(who, this.now());
    bucket.left = Math.min(bucket.left + 1, this.limit.burst);
  }

  /** Nothing is told any more. */
  stop(): void {
    for (const { flood } of this.#floods) clearTimeout(flood?.over);
    this.#floods.clear();
  }

  #over(who: string, bucket: Bucket): void {
    const count = bucket.flood?.count ?? 0;
    bucket.flood = undefined;
    this.#floods.delete(bucket);
    bucket.left = Math.max(1, Math.floor(RESUMED_AT * this.limit.burst));
    bucket.filled = this.now();
    this.listener.ended(who, count);
  }

  #refill(bucket: Bucket, at: number): void {
    const { perMinute, burst } = this.limit;
    const grown = (Math.max(0, at - bucket.filled) * perMinute) / MINUTE_MS;
    bucket.left = Math.min(burst, bucket.left + grown);
    // Times that go back and forth win nothing.
    bucket.filled = Math.max(bucket.filled, at);
  }

  #bucket(who: string, at: number): Bucket {
    const known = this.#buckets.get(who);
    if (known) return known;
    const bucket: Bucket = { left: this.limit.burst, filled: at, flood: undefined };
    this.#buckets.set(who, bucket);
    return bucket;
  }
}
