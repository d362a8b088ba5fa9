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

  /** `carrier`: the carrier's stable name. */
  constructor(state: NetworkState, carrier: string) {
    this.#state = state;
    this.#bucket = `parts:${carrier}`;
  }

  put(entry: StateEntry): Promise<void> {
    return this.#state.put(this.#bucket, entry);
  }

  delete(key: string): Promise<void> {
    return this.#state.delete(this.#bucket, key);
  }

  list(after: string, limit: number): Promise<readonly StateEntry[]> {
    return this.#state.list(this.#bucket, after, limit);
  }
}
