import type { Parameters } from 'fast-check';

/** Runs of one property in an ordinary test run; `FUZZ_RUNS` asks for more. */
const DEFAULT_RUNS = 150;
/** How long a counterexample may be made smaller, in milliseconds. */
const SHRINK_MS = 60_000;

/**
 * How a fuzz target runs: a bounded number of runs from a fresh seed, which is printed so that a run can be
 * repeated (`FUZZ_SEED=… npx vitest run --project fuzz`). `share` weighs a target against the others.
 */
export function runs(target: string, share = 1): Parameters<unknown> {
  const numRuns = Math.ceil(share * positive(process.env.FUZZ_RUNS, DEFAULT_RUNS));
  const seed = positive(process.env.FUZZ_SEED, Date.now() % 0x7fffffff);
  process.stdout.write(`fuzz ${target}: seed ${seed}, ${numRuns} runs\n`);
  return { seed, numRuns, interruptAfterTimeLimit: numRuns * 100 + SHRINK_MS, markInterruptAsFailure: false };
}

function positive(text: string | undefined, otherwise: number): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : otherwise;
}
