import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Traffic } from '../../../src/core/relay/traffic.js';

const MINUTE_MS = 60_000;

describe('traffic of a leg', () => {
  it('is counted in all, over the last minute and over the last hour', () => {
    const traffic = new Traffic();
    const begin = 1_763_700_000_000;
    traffic.add(begin);
    traffic.add(begin + 10 * MINUTE_MS);
    traffic.add(begin + 10 * MINUTE_MS);
    expect(traffic.report(begin + 10 * MINUTE_MS)).toEqual({ total: 3, minute: 2, hour: 3 });
    expect(traffic.report(begin + 12 * MINUTE_MS)).toEqual({ total: 3, minute: 0, hour: 3 });
    expect(traffic.report(begin + 65 * MINUTE_MS)).toEqual({ total: 3, minute: 0, hour: 2 });
    expect(traffic.report(begin + 1_000 * MINUTE_MS)).toEqual({ total: 3, minute: 0, hour: 0 });
  });

  it('is never more than what was, nor less than what certainly was', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 * MINUTE_MS }), { maxLength: 60 }), (gaps) => {
        const traffic = new Traffic();
        const times: number[] = [];
        let now = 1_000_000_000;
        for (const gap of gaps) {
          now += gap;
          times.push(now);
          traffic.add(now);
        }
        const within = (ms: number): number => times.filter((time) => time > now - ms).length;
        const { total, minute, hour } = traffic.report(now);
        expect(total).toBe(times.length);
        // A stretch of which a part is over counts as over.
        expect(minute).toBeLessThanOrEqual(within(MINUTE_MS));
        expect(minute).toBeGreaterThanOrEqual(within(MINUTE_MS - 5_000));
        expect(hour).toBeLessThanOrEqual(within(60 * MINUTE_MS));
        expect(hour).toBeGreaterThanOrEqual(within(59 * MINUTE_MS));
      }),
    );
  });
});
