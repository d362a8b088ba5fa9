import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CarrierState } from '../../../../gateways/sms/carrier/carrier.js';
import { PeerWatch } from '../../../../gateways/sms/carrier/watch.js';

describe('PeerWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const stage = (answers: CarrierState[]) => {
    const told: string[] = [];
    let looks = 0;
    const watch = new PeerWatch(
      async () => {
        looks += 1;
        return answers.shift() ?? { state: 'unreachable', reason: 'x' };
      },
      ({ state }) => told.push(state),
      { initialMs: 1000, factor: 2, maxMs: 5000 },
    );
    return { watch, told, looks: () => looks };
  };

  it('looks again after growing pauses, and tells changes once', async () => {
    const { watch, told, looks } = stage([]);
    watch.start();
    await vi.advanceTimersByTimeAsync(0);
    const counts: number[] = [];
    for (const pause of [1000, 2000, 4000, 5000, 5000]) {
      await vi.advanceTimersByTimeAsync(pause - 1);
      counts.push(looks());
      await vi.advanceTimersByTimeAsync(1);
      counts.push(looks());
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
    expect(told).toEqual(['connecting', 'unreachable']);
  });

  it('takes what requests show for a look, and starts anew after a good one', async () => {
    const { watch, told, looks } = stage([]);
    watch.start();
    await vi.advanceTimersByTimeAsync(3000);
    watch.seen({ state: 'connected' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([looks(), told.at(-1)]).toEqual([3, 'connected']);
    watch.seen({ state: 'unreachable', reason: 'y' });
    watch.seen({ state: 'unreachable', reason: 'y' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks()).toBe(4);
  });

  it('S18 does not ask again by itself where the credentials were refused, nor after its end', async () => {
    const refused = stage([{ state: 'refused', reason: 'no' }]);
    refused.watch.start();
    const ended = stage([]);
    ended.watch.start();
    await vi.advanceTimersByTimeAsync(0);
    ended.watch.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect([refused.looks(), ended.looks()]).toEqual([1, 1]);
    expect([refused.told.at(-1), ended.told.at(-1)]).toEqual(['refused', 'idle']);
  });
});
