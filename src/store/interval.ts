import type { Span } from './span.js';

/** Ids between two ends; an end that is `open` is itself left out. */
export interface Interval {
  readonly low: string;
  readonly lowOpen: boolean;
  readonly high: string;
  readonly highOpen: boolean;
}

/** Sorts behind every id (hexadecimal digits and hyphens). */
const LAST = '~';

/** A span as an interval; a span still open reaches beyond every id. */
export function toInterval(span: Span): Interval {
  return { low: span.from, lowOpen: false, high: span.to ?? LAST, highOpen: false };
}

/** Bounds to cut to; undefined is none. */
export interface Bounds {
  /** Excluded. */
  readonly above?: string | undefined;
  /** Excluded. */
  readonly below?: string | undefined;
  /** Included. */
  readonly first?: string | undefined;
  /** Included. */
  readonly last?: string | undefined;
}

/** What of the intervals lies inside the bounds. */
export function clip(intervals: readonly Interval[], bounds: Bounds): Interval[] {
  return intervals
    .map((interval) => {
      let cut = interval;
      if (bounds.first !== undefined) cut = raise(cut, bounds.first, false);
      if (bounds.above !== undefined) cut = raise(cut, bounds.above, true);
      if (bounds.last !== undefined) cut = lower(cut, bounds.last, false);
      if (bounds.below !== undefined) cut = lower(cut, bounds.below, true);
      return cut;
    })
    .filter(isFilled);
}

/** What of the intervals lies in none of the spans, which are in order and do not overlap. */
export function subtract(intervals: readonly Interval[], spans: readonly Span[]): Interval[] {
  const left: Interval[] = [];
  for (const interval of intervals) {
    let rest: Interval | undefined = interval;
    for (const span of spans) {
      if (!rest) break;
      const before: Interval = lower(rest, span.from, true);
      if (isFilled(before)) left.push(before);
      rest = span.to === null ? undefined : raise(rest, span.to, true);
      if (rest && !isFilled(rest)) rest = undefined;
    }
    if (rest) left.push(rest);
  }
  return left;
}

/** Whether an id lies inside. */
export function contains(interval: Interval, id: string): boolean {
  return (
    (interval.lowOpen ? id > interval.low : id >= interval.low) &&
    (interval.highOpen ? id < interval.high : id <= interval.high)
  );
}

/** Condition on the column `id`, with its parameters. */
export function condition(interval: Interval): {
  readonly text: string;
  readonly parameters: [string, string];
} {
  const low = interval.lowOpen ? '>' : '>=';
  const high = interval.highOpen ? '<' : '<=';
  return { text: `id ${low} ? AND id ${high} ?`, parameters: [interval.low, interval.high] };
}

function raise(interval: Interval, low: string, lowOpen: boolean): Interval {
  const higher = low > interval.low || (low === interval.low && lowOpen);
  return higher ? { ...interval, low, lowOpen } : interval;
}

function lower(interval: Interval, high: string, highOpen: boolean): Interval {
  const smaller = high < interval.high || (high === interval.high && highOpen);
  return smaller ? { ...interval, high, highOpen } : interval;
}

function isFilled({ low, lowOpen, high, highOpen }: Interval): boolean {
  return low < high || (low === high && !lowOpen && !highOpen);
}
