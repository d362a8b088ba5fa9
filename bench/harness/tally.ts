import { monotonicMicros } from './clock.js';

/** Text at the start of every body that the benchmark counts; nothing else on the wire contains it. */
export const MARKER = 'bench-';
const STAMP = Buffer.from(' at=');
const STAMP_DIGITS = 16;
const SEQUENCE = new RegExp(`${MARKER}(\\d+) at=`);
const STAMPED = new RegExp(`${MARKER}\\d+ at=(\\d+)`);

/** Outcome of waiting for a number of events. */
export interface Tallied {
  /** Time of the event that completed the number, in monotonic microseconds. */
  readonly finishedAt: number;
}

/** Latencies in milliseconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly samples: number;
}

/** Writes a body of a chat line: marker, number, time of sending, and padding to a usual length. */
export function benchBody(sequence: number): string {
  const stamp = String(monotonicMicros()).padStart(STAMP_DIGITS, '0');
  return `${MARKER}${sequence} at=${stamp} the quick brown fox jumps over the lazy dog`;
}

/** Number of a body made by {@link benchBody}; undefined for others. */
export function sequenceOf(body: string): number | undefined {
  const digits = SEQUENCE.exec(body)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Time at which a body was made by {@link benchBody}, in monotonic microseconds; undefined for others. */
export function stampOf(body: string): number | undefined {
  const digits = STAMPED.exec(body)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Counts events and tells when a given number has been reached. */
export class Tally {
  #count = 0;
  #target = Number.POSITIVE_INFINITY;
  #reached: ((result: Tallied) => void) | undefined;
  #samples: number[] | undefined;

  /** Events since the last reset. */
  get count(): number {
    return this.#count;
  }

  /** Forgets all events; collects latencies from now on if asked to. */
  reset(withLatency = false): void {
    this.#count = 0;
    this.#samples = withLatency ? [] : undefined;
  }

  /** Resolves once `target` events have been counted since the last reset. */
  reach(target: number): Promise<Tallied> {
    return new Promise((resolve) => {
      this.#target = target;
      this.#reached = resolve;
      this.#check();
    });
  }

  /** Counts one event. */
  add(): void {
    this.#count += 1;
    if (this.#count >= this.#target) this.#check();
  }

  /** Counts one event and, while latencies are collected, reads the time of sending from its bytes. */
  addStamped(bytes: Buffer): void {
    if (this.#samples !== undefined) {
      const at = bytes.indexOf(STAMP);
      if (at >= 0) {
        const digits = bytes.toString('latin1', at + STAMP.length, at + STAMP.length + STAMP_DIGITS);
        this.#samples.push(monotonicMicros() - Number(digits));
      }
    }
    this.add();
  }

  /** Percentiles of the latencies collected since the last reset. */
  latency(): LatencySummary {
    return summarize(this.#samples ?? []);
  }

  #check(): void {
    if (this.#count < this.#target || this.#reached === undefined) return;
    const reached = this.#reached;
    this.#reached = undefined;
    this.#target = Number.POSITIVE_INFINITY;
    reached({ finishedAt: monotonicMicros() });
  }
}

/** Percentiles of times in microseconds. */
export function summarize(micros: readonly number[]): LatencySummary {
  const sorted = Float64Array.from(micros).sort();
  const at = (share: number): number =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) / 1_000;
  return { p50: at(0.5), p99: at(0.99), max: at(1), samples: sorted.length };
}
