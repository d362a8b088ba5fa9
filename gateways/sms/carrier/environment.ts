import type { Log } from '../../../src/gateway/gateway.js';
import type { Webhooks } from '../../../src/gateway/webhook.js';
import type { LineStore, StoreKind } from './line-store.js';

/** What a carrier works with besides its own options. */
export interface CarrierEnvironment {
  readonly log: Log;
  readonly webhooks: Webhooks;
  /** Where its provider calls back: the start of its paths in `webhooks`, another one for each carrier. */
  readonly path: string;
  /** Numbers whose texts come in over it. */
  readonly numbers: readonly string[];
  /** Whether it is a user's own account: nobody else is told where its provider calls back. */
  readonly owned: boolean;
  /** How long the ids of received texts are remembered, in milliseconds. */
  readonly seenMs: number;
  /** What it remembers over restarts. */
  store(kind: StoreKind): LineStore;
}
