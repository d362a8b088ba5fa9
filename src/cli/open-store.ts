import type { Config } from '../config/schema.js';
import { openStore } from '../store/client.js';
import { loadKey } from '../store/key.js';
import type { Store } from '../store/store.js';

/**
 * Opens the store for one command, with the data folder for itself, and closes it afterwards. Rejects with a
 * StoreError `in-use` while the gateway runs, and with a KeyError.
 */
export async function withStore<Result>(
  config: Config,
  work: (store: Store) => Promise<Result>,
  previousKeys: readonly Uint8Array[] = [],
): Promise<Result> {
  const store = await openStore({
    database: config.data.database,
    key: await loadKey(config.data.key),
    previousKeys,
    domains: config.components.map(({ domain }) => domain),
    limits: config.data.engine,
    clientLimits: config.data.buffer,
    workerUrl: new URL('../store/worker.js', import.meta.url),
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
