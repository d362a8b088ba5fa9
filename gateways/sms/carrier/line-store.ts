import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState, StateEntry } from '../../../src/gateway/state.js';

/**
 * What a carrier remembers over restarts: `parts` of incoming messages and marks of messages taken, ids of texts
 * `seen`, texts that are `pending`, a `cursor` in a provider's list.
 */
export type StoreKind = 'parts' | 'seen' | 'pending' | 'cursor';

/** A part of the gateway's state that is one carrier's. Durable when the promises resolve. */
export class LineStore {
  readonly #state: NetworkState;
  readonly #bucket: string;
  readonly #owner: AccountId | undefined;

  /** `line`: the carrier's stable name; `owner`: whose own it is, with whose registration all of it goes (C19). */
  constructor(state: NetworkState, kind: StoreKind, line: string, owner?: AccountId) {
    this.#state = state;
    this.#bucket = `${kind}:${line}`;
    this.#owner = owner;
  }

  get(key: string): Promise<StateEntry | undefined> {
    return this.#state.get(this.#bucket, key);
  }

  put(entry: StateEntry): Promise<void> {
    const owned = this.#owner === undefined ? entry : { ...entry, account: this.#owner };
    return this.#state.put(this.#bucket, owned);
  }

  delete(key: string): Promise<void> {
    return this.#state.delete(this.#bucket, key);
  }

  /** Entries after `after` in the order of keys, at most `limit`. */
  list(after: string, limit: number): Promise<readonly StateEntry[]> {
    return this.#state.list(this.#bucket, after, limit);
  }
}
