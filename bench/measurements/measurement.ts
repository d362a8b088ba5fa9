import type { Rig } from '../harness/rig.js';

/** How a figure of Isthmus is judged: by its ratio to biboumi's, or by itself. */
export type Target =
  | { readonly ratio: 'at-least' | 'at-most'; readonly bound: number }
  | { readonly value: 'at-most'; readonly bound: number }
  /** A check that the gateway did the work at all; where it fails the figures beside it mean nothing. */
  | { readonly value: 'exactly'; readonly bound: number };

/** One row of the report. */
export interface Figure {
  /** Row title, unique in the report. */
  readonly title: string;
  readonly unit: string;
  readonly value: number;
  readonly target?: Target;
}

/** Counts and times of a run. */
export interface Scale {
  /** Seconds that a throughput run is sized for. */
  readonly throughputSeconds: number;
  readonly mostMessages: number;
  /** Most messages that a throughput run has under way at once. */
  readonly window: number;
  readonly crowds: readonly number[];
  readonly idleSeconds: number;
  readonly visibleUsers: number;
  readonly latencySeconds: number;
  readonly churnJoins: number;
}

/** Something that is measured with a gateway of its own. */
export interface Measurement {
  /** Name for --only. */
  readonly name: string;
  readonly archive: boolean;
  measure(rig: Rig, scale: Scale): Promise<readonly Figure[]>;
}
