/** How pauses grow; in milliseconds. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** Share of the pause that is random, 0 to 1. */
  readonly jitter: number;
}

/** Milliseconds before attempt `attempt` (from 0); `random` in [0, 1) spreads what broke together. */
export function backoffMs(options: BackoffOptions, attempt: number, random: number): number {
  const full = Math.min(options.maxMs, options.initialMs * options.factor ** Math.min(attempt, 60));
  return Math.round(full * (1 - options.jitter + options.jitter * 2 * random));
}
