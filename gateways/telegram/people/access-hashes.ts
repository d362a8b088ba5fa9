import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { PeerId } from '../client/model.js';
import type { TgHashStore } from '../client/options.js';

const HASHES = 'hashes';

/** By what one account may name people and channels, over restarts. Another account of Telegram has others. */
export function accessHashes(state: NetworkState, account: AccountId, user: PeerId): TgHashStore {
  const keyOf = (peer: PeerId): string => `${account} ${user} ${peer}`;
  return {
    load: async (peer) => {
      const hash = (await state.get(HASHES, keyOf(peer)))?.value.hash;
      return typeof hash === 'string' ? hash : undefined;
    },
    save: async (hashes) => {
      await Promise.all(
        [...hashes].map(([peer, hash]) => state.put(HASHES, { key: keyOf(peer), value: { hash }, account })),
      );
    },
  };
}
