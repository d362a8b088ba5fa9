import { pause } from './clock.js';

const SAMPLE_MS = 250;
const REST_MS = 3_000;

/** A process whose memory is read. */
export interface Measured {
  /** Resident memory in KiB. */
  memory(): number;
  /** Resolves when it uses next to no CPU. */
  settle(): Promise<void>;
}

/** In KiB, when the gateway has had the time to collect its garbage, as it does when it is quiet. */
export async function memoryAtRest(rig: Measured): Promise<number> {
  await rig.settle();
  await pause(REST_MS);
  await rig.settle();
  return rig.memory();
}

/** Means over the first tenth of a run, a tenth around its middle, and its last tenth. */
export interface MemorySeries {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

/** Reads memory again and again while something runs, in the unit of what is read. */
export async function memoryDuring<T>(
  read: () => number,
  work: () => Promise<T>,
): Promise<{ readonly memory: MemorySeries; readonly result: T }> {
  const samples = [read()];
  const timer = setInterval(() => samples.push(read()), SAMPLE_MS);
  try {
    const result = await work();
    samples.push(read());
    return {
      memory: {
        start: mean(samples, 0, 0.1),
        middle: mean(samples, 0.45, 0.55),
        end: mean(samples, 0.9, 1),
      },
      result,
    };
  } finally {
    clearInterval(timer);
  }
}

function mean(samples: readonly number[], from: number, to: number): number {
  const { length } = samples;
  const some = samples.slice(Math.floor(length * from), Math.max(1, Math.ceil(length * to)));
  return some.reduce((sum, sample) => sum + sample, 0) / some.length;
}
