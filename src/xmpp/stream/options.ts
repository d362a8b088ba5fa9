import { prepareDomain } from '../jid.js';
import { ACK_DEFAULTS, type AckOptions } from './acknowledger.js';
import { BACKOFF_DEFAULTS, type BackoffOptions } from './backoff.js';
import type { RawStanza } from './overheard.js';
import { PARSER_LIMITS, type ParserLimits } from './parser.js';
import { SEND_QUEUE_LIMITS, type SendQueueLimits } from './send-queue.js';

/** The times of a component stream, in milliseconds. */
export interface StreamTimes {
  /** How long connecting and the handshake may take together. */
  readonly connectMs: number;
  /** How long the server may take to close after we did. */
  readonly closeMs: number;
  /** How long `stop` waits for the confirmation of what is queued. */
  readonly stopMs: number;
  /** How long a stream must have lasted for the waits between attempts to start over. */
  readonly stableMs: number;
  /** The least wait after the server has refused us (another instance, wrong secret). */
  readonly refusedMs: number;
  /** How often silence is looked for. */
  readonly watchMs: number;
}

/** The default {@link StreamTimes}. */
export const STREAM_TIMES: StreamTimes = {
  connectMs: 15_000,
  closeMs: 3_000,
  stopMs: 5_000,
  stableMs: 30_000,
  refusedMs: 5_000,
  watchMs: 5_000,
};

/** What a component stream is and may do; every part but the first five has defaults. */
export interface ComponentStreamOptions {
  /** The component's domain, prepared. */
  readonly domain: string;
  /** The secret shared with the server. */
  readonly secret: string;
  /** Host name or address of the server. */
  readonly host: string;
  /** The server's port for components, 5347 by custom. */
  readonly port: number;
  /** A domain that the server itself serves; pings go there. */
  readonly serverDomain: string;
  /** Whether a stanza concerns nobody, and need not be parsed; called for every plain one. */
  readonly ignores?: (stanza: RawStanza) => boolean;
  /** Limits of incoming stanzas. */
  readonly limits?: Partial<ParserLimits>;
  /** Limits of the send queue. */
  readonly queue?: Partial<SendQueueLimits>;
  /** Waits between attempts to connect. */
  readonly backoff?: Partial<BackoffOptions>;
  /** Confirmation of delivery. */
  readonly ack?: Partial<AckOptions>;
  /** Other times. */
  readonly times?: Partial<StreamTimes>;
}

/** {@link ComponentStreamOptions} with every default filled in. */
export interface ResolvedStreamOptions {
  readonly domain: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  readonly serverDomain: string;
  readonly ignores?: (stanza: RawStanza) => boolean;
  readonly limits: ParserLimits;
  readonly queue: SendQueueLimits;
  readonly backoff: BackoffOptions;
  readonly ack: AckOptions;
  readonly times: StreamTimes;
}

/** Fills in the defaults. @throws {JidMalformedError} when a domain is none */
export function resolveStreamOptions(options: ComponentStreamOptions): ResolvedStreamOptions {
  const { secret, host, port } = options;
  return {
    domain: prepareDomain(options.domain),
    secret,
    host,
    port,
    serverDomain: prepareDomain(options.serverDomain),
    ...(options.ignores && { ignores: options.ignores }),
    limits: { ...PARSER_LIMITS, ...options.limits },
    queue: { ...SEND_QUEUE_LIMITS, ...options.queue },
    backoff: { ...BACKOFF_DEFAULTS, ...options.backoff },
    ack: { ...ACK_DEFAULTS, ...options.ack },
    times: { ...STREAM_TIMES, ...options.times },
  };
}
