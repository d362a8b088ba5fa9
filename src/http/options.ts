/** Bounds of the gateway's own HTTP server, with their defaults. */
export interface HttpLimits {
  /** Bytes of one webhook's body. */
  readonly maxBodyBytes: number;
  /** Connections at a time, proxies' kept-alive ones included. */
  readonly maxConnections: number;
  /** Webhooks of one address handled at a time; a further one is told to come again. */
  readonly webhooksAtOnce: number;
  /** How long the handler of a webhook may take before the provider is told to come again (ms). */
  readonly handlerTimeoutMs: number;
  /** Files read by others at a time. */
  readonly downloadsAtOnce: number;
  /** How long a request may take to arrive (ms). */
  readonly requestTimeoutMs: number;
  /** How long nothing may happen on a connection (ms). */
  readonly idleTimeoutMs: number;
  /** How long stopping waits for requests under way (ms). */
  readonly closeTimeoutMs: number;
}

/** The defaults of {@link HttpLimits}. */
export const httpLimits: HttpLimits = {
  maxBodyBytes: 262_144,
  maxConnections: 512,
  webhooksAtOnce: 64,
  handlerTimeoutMs: 14_000,
  downloadsAtOnce: 64,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  closeTimeoutMs: 5_000,
};

/** Where the server listens and what it is called outside. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end; undefined: nobody outside can call it. */
  readonly publicUrl?: string | undefined;
  /** Addresses or networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly limits: HttpLimits;
}
