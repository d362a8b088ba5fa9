import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState, StateEntry } from '../../../src/gateway/state.js';

/**
 * Where the parts of incoming messages, and marks of messages taken, survive a restart. Durable when the promises
 * resolve.
 */
export interface PartStore {
  put(entry: StateEntry): Promise<void>;
  delete(key: string): Promise<void>;
  /** Entries after `after` in the order of keys, at most `limit`. */
  list(after: string, limit: number): Promise<readonly StateEntry[]>;
}

/** A part store in the gateway's state: one bucket for each carrier. */
export class StatePartStore implements PartStore {
  readonly #state: NetworkState;
  readonly #bucket: string;
  readonly #owner: AccountId | undefined;

  /** `carrier`: the carrier's stable name; `owner`: whose own it is, with whose registration all of it goes (C19). */
  constructor(state: NetworkState, carrier: string, owner?: AccountId) {
    this.#state = state;
    this.#bucket = `parts:${carrier}`;
    this.#owner = owner;
  }

  put(entry: StateEntry): Promise<void> {
    const owned = this.#owner === undefined ? entry : { ...entry, account: this.#owner };
    return this.#state.put(this.#bucket, owned);
  }

  delete(key: string): Promise<void> {
    return this.#state.delete(this.#bucket, key);
  }

  list(after: string, limit: number): Promise<readonly StateEntry[]> {
    return this.#state.list(this.#bucket, after, limit);
  }
}
