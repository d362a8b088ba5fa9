import { prepareDomain } from '../jid.js';
import { ACK_DEFAULTS } from './acknowledger.js';
import { BACKOFF_DEFAULTS } from './backoff.js';
import { PARSER_LIMITS } from './parser.js';
import { SEND_QUEUE_LIMITS } from './send-queue.js';
/** The default {@link StreamTimes}. */
export const STREAM_TIMES = {
  connectMs: 15_000,
  closeMs: 3_000,
  stopMs: 5_000,
  stableMs: 30_000,
  refusedMs: 5_000,
  watchMs: 5_000,
};
/** Fills in the defaults. @throws {JidMalformedError} when a domain is none */
export function resolveStreamOptions(options) {
  const { secret, host, port } = options;
  return {
    domain: prepareDomain(options.domain),
    secret,
    host,
    port,
    serverDomain: prepareDomain(options.serverDomain),
    limits: { ...PARSER_LIMITS, ...options.limits },
    queue: { ...SEND_QUEUE_LIMITS, ...options.queue },
    backoff: { ...BACKOFF_DEFAULTS, ...options.backoff },
    ack: { ...ACK_DEFAULTS, ...options.ack },
    times: { ...STREAM_TIMES, ...options.times },
  };
}
