import { expect, it } from 'vitest';
import { LatestWrite } from '../../../../gateways/telegram/conversation/latest-write.js';

it('writes the last value, whenever it is put', async () => {
  for (let ticks = 0; ticks < 10; ticks += 1) {
    const written: number[] = [];
    const one = new LatestWrite<number>(
      async (value) => {
        written.push(value);
      },
      () => undefined,
    );
    one.put(1);
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
    one.put(2);
    await one.idle();
    expect(written.at(-1)).toBe(2);
  }
});

it('writes one value at a time, and leaves out those between', async () => {
  const written: number[] = [];
  let release = (): void => undefined;
  const one = new LatestWrite<number>(
    async (value) => {
      written.push(value);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    },
    () => undefined,
  );
  for (const value of [1, 2, 3]) one.put(value);
  expect(written).toEqual([1]);
  release();
  await expect.poll(() => written).toEqual([1, 3]);
  release();
  await one.idle();
});

it('goes on after a value that could not be written', async () => {
  const errors: unknown[] = [];
  const written: number[] = [];
  const one = new LatestWrite<number>(
    async (value) => {
      if (value === 1) throw new Error('the disk is full');
      written.push(value);
    },
    (error) => errors.push(error),
  );
  one.put(1);
  await one.idle();
  one.put(2);
  await one.idle();
  expect([errors.length, written]).toEqual([1, [2]]);
});
