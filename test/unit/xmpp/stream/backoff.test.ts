import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../src/xmpp/stream/backoff.js';

describe('Backoff', () => {
  const options = { initialMs: 100, maxMs: 1_000, factor: 3, jitter: 0.5 };

  it('A02 A04 grows to its limit and starts over after a reset', () => {
    const backoff = new Backoff(options, () => 0.5);
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 300, 900, 1_000]);
    expect(backoff.attempts).toBe(4);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('A04 is spread by its jitter', () => {
    expect(new Backoff(options, () => 0).next()).toBe(50);
    expect(new Backoff(options, () => 1).next()).toBe(150);
  });

  it('stays finite after any number of failures', () => {
    const backoff = new Backoff(options, () => 0.5);
    for (let count = 0; count < 5_000; count += 1) backoff.next();
    expect(backoff.next()).toBe(1_000);
  });
});
