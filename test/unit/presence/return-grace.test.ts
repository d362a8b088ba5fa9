import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReturnGrace } from '../../../src/core/presence/return-grace.js';

describe('the grace after a return of the server', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('A04 makes what follows from absence wait, and only while it runs', () => {
    const grace = new ReturnGrace(1_000);
    const done: string[] = [];
    grace.wait(() => done.push('before'));
    grace.begin();
    grace.wait(() => done.push('during'));
    expect(done).toEqual(['before']);
    vi.advanceTimersByTime(500);
    grace.begin();
    vi.advanceTimersByTime(999);
    expect(done).toEqual(['before']);
    vi.advanceTimersByTime(1);
    expect(done).toEqual(['before', 'during']);
    grace.wait(() => done.push('after'));
    expect(done).toEqual(['before', 'during', 'after']);
  });

  it('D07 forgets what waits when the gateway stops', () => {
    const grace = new ReturnGrace(1_000);
    const done: string[] = [];
    grace.begin();
    grace.wait(() => done.push('late'));
    grace.stop();
    vi.advanceTimersByTime(2_000);
    expect(done).toEqual([]);
  });
});
