import type { LatencySummary } from '../harness/tally.js';
import type { Figure } from './measurement.js';

/** A check that nothing was lost or repeated. */
export function complete(title: string, value: number, of: number): Figure {
  const target = { value: 'exactly', bound: 100 } as const;
  return { title, unit: '% of messages', value: (value / of) * 100, target };
}

/** Half and all but a hundredth are faster than this. */
export function percentiles(title: string, { p50, p99 }: LatencySummary): readonly Figure[] {
  return [
    { title: `${title}: p50`, unit: 'ms', value: p50 },
    { title: `${title}: p99`, unit: 'ms', value: p99 },
  ];
}
