import { afterEach, expect, it, vi } from 'vitest';
import { Dialogues } from '../../../src/core/command/dialogues.js';
import { steadyNow } from '../../../src/core/steady-clock.js';

const YEAR_MS = 31_536_000_000;
const IDLE_MS = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

it.each([YEAR_MS, -YEAR_MS])('a clock set by %i ms does not move it', (jump) => {
  const before = steadyNow();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
  const passed = steadyNow() - before;
  expect(passed).toBeGreaterThanOrEqual(0);
  expect(passed).toBeLessThan(IDLE_MS);
});

it.each([YEAR_MS, -YEAR_MS])(
  'K04 a dialogue lives as long as ever when the clock is set by %i ms',
  (jump) => {
    const dialogues = new Dialogues<string>({ perOwner: 1, timeoutMs: IDLE_MS });
    dialogues.open('id', 'romeo', 'value');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
    expect(dialogues.find('id')).toBe('value');
  },
);
