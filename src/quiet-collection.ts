import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often it is looked whether the process is quiet. */
const LOOK_MS = 1_000;

/** Share of the time that the event loop may be busy for the process to count as quiet. */
const QUIET = 0.02;

/** Bytes that must have come since the last collection for another one to be worth its pause. */
const WORTHWHILE = 8 * 1024 * 1024;

/**
 * Collects garbage once after a burst, when nothing else happens. V8 leaves what a burst of joins has left behind
 * until memory runs short, which on a small machine is the neighbours' memory. Returns what stops it.
 */
export function collectWhenQuiet(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let utilisation = performance.eventLoopUtilization();
  let collected = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, utilisation);
    utilisation = now;
    if (utilization > QUIET) return;
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external < collected + WORTHWHILE) return;
    collect();
    const after = process.memoryUsage();
    collected = after.heapUsed + after.external;
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
