import type { MailboxOptions } from './options.js';

/** Milliseconds before attempt `attempt` (from 0); `random` in [0, 1) spreads what broke together. */
export function backoffMs(
  { initialMs, maxMs, factor, jitter }: MailboxOptions['reconnect'],
  attempt: number,
  random: number,
): number {
  const full = Math.min(maxMs, initialMs * factor ** Math.min(attempt, 60));
  return Math.round(full * (1 - jitter + jitter * 2 * random));
}
