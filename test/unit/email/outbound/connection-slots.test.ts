import { describe, expect, it } from 'vitest';
import { ConnectionSlots, type Slot } from '../../../../gateways/email/outbound/smtp/connection-slots.js';

const limits = { perHost: 2, total: 3, waiting: 2, waitMs: 10_000 };

/** Takes a slot and says whether it came at once. */
async function taken(promise: Promise<Slot>): Promise<boolean> {
  let there = false;
  promise.then(() => {
    there = true;
  });
  await new Promise(setImmediate);
  return there;
}

describe('slots for connections', () => {
  it('are bounded per host and together, and go to who waits', async () => {
    const slots = new ConnectionSlots(limits);
    const first = await slots.acquire('one');
    await slots.acquire('one');
    const third = slots.acquire('one');
    expect(await taken(third)).toBe(false);
    expect(await taken(slots.acquire('two'))).toBe(true);
    const fourth = slots.acquire('two');
    expect(await taken(fourth)).toBe(false);
    await expect(slots.acquire('three')).rejects.toMatchObject({ code: 'limit', retryable: true });
    first.release();
    first.release();
    expect(await taken(third)).toBe(true);
    expect(await taken(fourth)).toBe(false);
    expect(slots.used).toBe(3);
  });

  it('that are idle give way to who waits, for their host or for the sum', async () => {
    for (const host of ['one', 'other']) {
      const slots = new ConnectionSlots({
        ...limits,
        perHost: host === 'one' ? 2 : 3,
        total: host === 'one' ? 9 : 3,
      });
      const all = [await slots.acquire('one'), await slots.acquire('one')];
      if (host === 'other') all.push(await slots.acquire('two'));
      const [idle] = all;
      idle?.idle(() => idle.release());
      expect(await taken(slots.acquire(host))).toBe(true);
    }
  });

  it('that are used again do not', async () => {
    const slots = new ConnectionSlots({ ...limits, perHost: 1 });
    const slot = await slots.acquire('one');
    slot.idle(() => slot.release());
    slot.busy();
    const waiting = slots.acquire('one');
    expect(await taken(waiting)).toBe(false);
    slot.idle(() => slot.release());
    expect(await taken(waiting)).toBe(true);
  });

  it('are not waited for beyond the time', async () => {
    const slots = new ConnectionSlots({ ...limits, perHost: 1, waitMs: 1 });
    const slot = await slots.acquire('one');
    await expect(slots.acquire('one')).rejects.toMatchObject({ code: 'limit' });
    slot.release();
    expect(slots.used).toBe(0);
  });
});
