import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Turn, Turns } from '../../../../gateways/telegram/client/turns.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Takes so many turns; whose have come, in their order. */
function queue(turns: Turns, count: number) {
  const come: number[] = [];
  const taken = Array.from({ length: count }, (_, index): Turn => {
    const turn = turns.take();
    void turn.come.then(() => come.push(index));
    return turn;
  });
  return { come, leave: (index: number) => taken[index]?.leave() };
}

it('lets so many begin at once, and the others in their order', async () => {
  const { come, leave } = queue(new Turns({ atOnce: 2, perSecond: 100 }), 5);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(come).toEqual([0, 1]);
  leave(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(come).toEqual([0, 1, 2]);
  leave(0);
  leave(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(come).toEqual([0, 1, 2, 3, 4]);
});

it('lets no more begin in a second than it may', async () => {
  const { come } = queue(new Turns({ atOnce: 1_000, perSecond: 10 }), 100);
  await vi.advanceTimersByTimeAsync(0);
  expect(come).toHaveLength(10);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(come.length).toBeGreaterThan(20);
  expect(come.length).toBeLessThanOrEqual(31);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(come).toHaveLength(100);
});

it('bears a rate of less than one', async () => {
  const { come } = queue(new Turns({ atOnce: 9, perSecond: 0.5 }), 3);
  await vi.advanceTimersByTimeAsync(6_100);
  expect(come).toEqual([0, 1, 2]);
});

it('does not wait for whoever has gone, and counts nobody twice', async () => {
  const { come, leave } = queue(new Turns({ atOnce: 1, perSecond: 100 }), 4);
  // Gives up while waiting: it is told, and nobody else's place is taken.
  leave(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(come).toEqual([0, 1]);
  leave(0);
  leave(0);
  leave(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(come).toEqual([0, 1, 2]);
});
