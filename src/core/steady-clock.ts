/**
 * UTC milliseconds as they were when the program started, plus what has passed since: setting the clock of the
 * machine changes nothing. For time-outs, and for what is done for good by age.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
