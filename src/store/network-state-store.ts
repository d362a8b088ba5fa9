import type { AccountKey } from './store.js';

/** One thing a network remembers (`src/gateway/state.ts`); the value is encrypted at rest. */
export interface StateRow {
  readonly key: string;
  /** JSON. */
  readonly value: string;
  readonly account?: AccountKey;
  /** UTC milliseconds. */
  readonly expiresAt?: number;
}

/** What networks remember, by domain and bucket; durable when the promise resolves. */
export interface NetworkStates {
  /** An expired row counts as absent. */
  get(domain: string, bucket: string, key: string): Promise<StateRow | undefined>;
  put(domain: string, bucket: string, row: StateRow): Promise<void>;
  /** Atomic; an expired row counts as absent. */
  putIfAbsent(domain: string, bucket: string, row: StateRow): Promise<boolean>;
  delete(domain: string, bucket: string, key: string): Promise<void>;
  list(domain: string, bucket: string, after: string, limit: number): Promise<readonly StateRow[]>;
  purge(now: number): Promise<number>;
}
