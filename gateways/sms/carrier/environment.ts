import type { Log } from '../../../src/gateway/gateway.js';
import type { Webhooks } from '../../../src/gateway/webhook.js';

/** What a carrier works with besides its own options. */
export interface CarrierEnvironment {
  readonly log: Log;
  readonly webhooks: Webhooks;
  /** Where its provider calls back: the start of its paths in `webhooks`, another one for each carrier. */
  readonly path: string;
}
