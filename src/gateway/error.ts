import type { Text } from './text.js';

/**
 * What went wrong, in terms every network shares. One mapper in the core turns it into a stanza error
 * (RFC 6120 §8.3.3, XEP-0045 §7.2.5-17).
 */
export type ErrorCode =
  | 'bad-credentials'
  | 'bad-address'
  | 'banned'
  | 'forbidden'
  | 'full'
  | 'invite-only'
  | 'limit'
  | 'network-unreachable'
  | 'nick-in-use'
  | 'nick-invalid'
  | 'not-found'
  | 'not-joined'
  | 'password-required'
  | 'payment-required'
  | 'recipient-unavailable'
  | 'rejected'
  | 'registered-only'
  | 'too-long'
  | 'unsupported';

/** A failure that the user is told about. The only piece of code in the seam, because it is thrown. */
export class GatewayError extends Error {
  constructor(
    readonly code: ErrorCode,
    /** What happened and what to do next. */
    readonly text: Text,
    /** Whether the network may have acted on the request. An unknown outcome is never retried by itself. */
    readonly outcome: 'not-sent' | 'unknown' = 'not-sent',
    /** Whether the same request may succeed later without a change by the user. */
    readonly retryable = false,
    /** Before that (ms from now) the same request certainly fails again; undefined: nobody knows. */
    readonly retryAfterMs?: number,
  ) {
    super(`${code}: ${text.key}`);
    this.name = 'GatewayError';
  }
}
