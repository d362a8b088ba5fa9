import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../../gateways/email/mailbox/backoff.js';
import { Gate } from '../../../../gateways/email/mailbox/gate.js';
import { Wake } from '../../../../gateways/email/mailbox/wake.js';

describe('a gate', () => {
  const { signal } = new AbortController();

  it('lets a number in at once, and the others in their order', async () => {
    const gate = new Gate(2);
    const running: string[] = [];
    const leave = new Map<string, () => void>();
    const work = (name: string): Promise<void> =>
      gate.run(signal, () => {
        running.push(name);
        return new Promise((resolve) => leave.set(name, resolve));
      });
    const all = ['a', 'b', 'c', 'd'].map(work);
    await Promise.resolve();
    expect(running).toEqual(['a', 'b']);
    leave.get('b')?.();
    await all[1];
    await new Promise(setImmediate);
    expect(running).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c']) leave.get(name)?.();
    await new Promise(setImmediate);
    leave.get('d')?.();
    await Promise.all(all);
    expect(running).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is free again after work that fails, and after somebody who no longer waits', async () => {
    const gate = new Gate(1);
    await expect(gate.run(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    let leave = (): void => undefined;
    const first = gate.run(signal, () => new Promise<void>((resolve) => (leave = resolve)));
    const impatient = new AbortController();
    const second = gate.run(impatient.signal, async () => 'never');
    impatient.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    leave();
    await first;
    expect(await gate.run(signal, async () => 'third')).toBe('third');
  });
});

describe('an alarm clock', () => {
  it('wakes at once when it was rung before, once', async () => {
    const wake = new Wake();
    wake.ring();
    wake.ring();
    await wake.sleep(3_600_000);
    const sleeping = wake.sleep(3_600_000);
    wake.ring();
    await sleeping;
  });
});

describe('pauses', () => {
  it('grow to a bound, spread by chance', () => {
    const options = { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 0.5 };
    expect([0, 1, 2, 3, 4, 1_000].map((attempt) => backoffMs(options, attempt, 0.5))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect(backoffMs(options, 9, 0)).toBe(500);
    expect(backoffMs(options, 9, 0.999)).toBe(1_499);
  });
});
