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
  /** Inserts or replaces; of an account that is gone nothing is kept. */
  put(domain: string, bucket: string, row: StateRow): Promise<void>;
  /** Atomic; an expired row counts as absent. False: there is one, or the account is gone. */
  putIfAbsent(domain: string, bucket: string, row: StateRow): Promise<boolean>;
  delete(domain: string, bucket: string, key: string): Promise<void>;
  /** Behind the key `after`, in the order of the keys' bytes; expired ones are left out. */
  list(domain: string, bucket: string, after: string, limit: number): Promise<readonly StateRow[]>;
  /** Removes expired rows; how many. */
  purge(now: number): Promise<number>;
}
