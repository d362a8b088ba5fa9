import type { AccountId } from './ids.js';

/** Plain JSON. */
export type StateValue = Readonly<Record<string, unknown>>;

/** One thing that a network remembers. */
export interface StateEntry {
  readonly key: string;
  readonly value: StateValue;
  /** Erased with this account. */
  readonly account?: AccountId;
  /** UTC milliseconds from which it is no more. */
  readonly expiresAt?: number;
}

/**
 * What a network must remember over restarts beyond the settings of one account: which number is whose, parts of a
 * message that is not complete. Kept per gateway domain, encrypted at rest; durable when the promise resolves.
 * `bucket` is a table of the network's own naming.
 */
export interface NetworkState {
  get(bucket: string, key: string): Promise<StateEntry | undefined>;
  put(bucket: string, entry: StateEntry): Promise<void>;
  /** False, and nothing is changed, when the key is taken. Two at once: exactly one wins. */
  putIfAbsent(bucket: string, entry: StateEntry): Promise<boolean>;
  delete(bucket: string, key: string): Promise<void>;
  /** Entries after `after` in the order of keys, at most `limit`. */
  list(bucket: string, after: string, limit: number): Promise<readonly StateEntry[]>;
}
