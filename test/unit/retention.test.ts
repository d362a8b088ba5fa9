import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Retention } from '../../src/retention.js';
import { MemoryStore } from '../support/memory-store.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const store = new MemoryStore();
  const purges = {
    messages: vi.spyOn(store.messages, 'purge'),
    states: vi.spyOn(store.states, 'purge'),
    archive: vi.spyOn(store.archive, 'purge'),
  };
  const warn = vi.fn();
  const log = { warn, debug: vi.fn(), info: vi.fn(), error: vi.fn() };
  const retention = new Retention(store, { archive: 30, messages: 7 }, () => [5], log);
  return { retention, purges, warn };
}

it('removes what is too old at once and every hour, each kind by its own age', async () => {
  const { retention, purges } = start();
  await vi.waitFor(() => expect(purges.archive).toHaveBeenCalledTimes(1));
  const now = purges.states.mock.calls[0]?.[0] ?? 0;
  expect(purges.messages).toHaveBeenCalledWith(now - 7 * DAY_MS);
  expect(purges.archive).toHaveBeenCalledWith(now - 30 * DAY_MS, [5]);
  retention.days = { archive: 1, messages: 2 };
  vi.advanceTimersByTime(HOUR_MS);
  await vi.waitFor(() => expect(purges.archive).toHaveBeenCalledTimes(2));
  const later = purges.states.mock.calls[1]?.[0] ?? 0;
  expect(later - now).toBeCloseTo(HOUR_MS, 0);
  expect(purges.messages).toHaveBeenLastCalledWith(later - 2 * DAY_MS);
  expect(purges.archive).toHaveBeenLastCalledWith(later - DAY_MS, [5]);
  retention.stop();
  vi.advanceTimersByTime(2 * HOUR_MS);
  expect(purges.messages).toHaveBeenCalledTimes(2);
});

it('a store that cannot write is told of, and what is left is still tried', async () => {
  const { retention, purges, warn } = start();
  await vi.waitFor(() => expect(purges.archive).toHaveBeenCalledTimes(1));
  purges.messages.mockRejectedValueOnce(new Error('full'));
  vi.advanceTimersByTime(HOUR_MS);
  await vi.waitFor(() => expect(purges.archive).toHaveBeenCalledTimes(2));
  expect(warn).toHaveBeenCalledTimes(1);
  retention.stop();
});
