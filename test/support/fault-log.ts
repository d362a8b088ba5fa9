import type { Log } from '../../src/gateway/gateway.js';

/** A log that keeps what is logged as an error: faults of ours, which no input may cause. */
export function faultLog(faults: string[]): Log {
  const ignore = () => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (fields, message) => {
      const { err } = fields as { err?: unknown };
      faults.push(`${message}: ${err instanceof Error ? err.stack : String(err)}`);
    },
  };
}
