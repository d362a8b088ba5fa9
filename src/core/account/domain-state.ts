import type { AccountId } from '../../gateway/ids.js';
import type { NetworkState, StateEntry, StateValue } from '../../gateway/state.js';
import type { StateRow } from '../../store/network-state-store.js';
import type { Store } from '../../store/store.js';

/** What the network of one domain remembers. */
export class DomainState implements NetworkState {
  constructor(
    private readonly domain: string,
    private readonly store: Pick<Store, 'states'>,
  ) {}

  async get(bucket: string, key: string): Promise<StateEntry | undefined> {
    const row = await this.store.states.get(this.domain, bucket, key);
    return row && toEntry(row);
  }

  put(bucket: string, entry: StateEntry): Promise<void> {
    return this.store.states.put(this.domain, bucket, toRow(entry));
  }

  putIfAbsent(bucket: string, entry: StateEntry): Promise<boolean> {
    return this.store.states.putIfAbsent(this.domain, bucket, toRow(entry));
  }

  delete(bucket: string, key: string): Promise<void> {
    return this.store.states.delete(this.domain, bucket, key);
  }

  async list(bucket: string, after: string, limit: number): Promise<readonly StateEntry[]> {
    return (await this.store.states.list(this.domain, bucket, after, limit)).map(toEntry);
  }
}

function toRow({ key, value, account, expiresAt }: StateEntry): StateRow {
  return {
    key,
    value: JSON.stringify(value),
    ...(account !== undefined && { account }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function toEntry({ key, value, account, expiresAt }: StateRow): StateEntry {
  return {
    key,
    value: JSON.parse(value) as StateValue,
    ...(account !== undefined && { account: account as AccountId }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
