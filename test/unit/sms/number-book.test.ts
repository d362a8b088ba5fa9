import { describe, expect, it } from 'vitest';
import { NumberBook } from '../../../gateways/sms/number/number-book.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { MemoryState } from '../../support/gateway-environment.js';

const alice = 1 as AccountId;
const bob = 2 as AccountId;
const QUARANTINE_MS = 60_000;

function book(
  pool: readonly string[] = ['+15550001', '+15550002'],
  state = new MemoryState(),
  sharing = false,
): NumberBook {
  const reserved = new Set([...pool, '+15559999']);
  return new NumberBook(state, { pool, reserved, sharing, quarantineMs: QUARANTINE_MS }, Date.now);
}

describe('the numbers of users', () => {
  it('gives each user a number of his own, and the same one again', async () => {
    const numbers = book();
    expect(await numbers.assign(alice)).toBe('+15550001');
    expect(await numbers.assign(bob)).toBe('+15550002');
    expect(await numbers.assign(alice)).toBe('+15550001');
    expect(await numbers.ownerOf('+15550002')).toBe(bob);
    expect(await numbers.assign(3 as AccountId)).toBeUndefined();
  });

  it('two who ask at once get two numbers', async () => {
    const numbers = book();
    const given = await Promise.all([numbers.assign(alice), numbers.assign(bob)]);
    expect(new Set(given)).toEqual(new Set(['+15550001', '+15550002']));
  });

  it('finds owners after a restart', async () => {
    const state = new MemoryState();
    await book(['+15550001'], state).assign(alice);
    expect(await book(['+15550001'], state).ownerOf('+15550001')).toBe(alice);
    expect(await book(['+15550001'], state).numberOf(alice)).toBe('+15550001');
  });

  it('S12 a number that was given back rests, so that late answers reach nobody else', async () => {
    const numbers = book(['+15550001']);
    await numbers.assign(alice);
    await numbers.release(alice);
    expect(await numbers.ownerOf('+15550001')).toBeUndefined();
    expect(await numbers.isFree('+15550001')).toBe(false);
    expect(await numbers.assign(bob)).toBeUndefined();
  });

  it('C08 a proven number is one user’s', async () => {
    const numbers = book([]);
    expect(await numbers.claim('+4930123456', alice)).toBe(true);
    expect(await numbers.claim('+4930123456', alice)).toBe(true);
    expect(await numbers.claim('+4930123456', bob)).toBe(false);
    expect(await numbers.ownerOf('+4930123456')).toBe(alice);
  });

  it('S12 nobody can bring a number of the operator as his own', async () => {
    const numbers = book(['+15550001']);
    expect(numbers.mayBeOwn('+15559999')).toBe(false);
    expect(await numbers.claim('+15559999', alice)).toBe(false);
    expect(await numbers.claim('+15550001', alice)).toBe(false);
    expect(await numbers.ownerOf('+15559999')).toBeUndefined();
  });

  it('who writes from shared numbers goes on so when one of the pool becomes free', async () => {
    const state = new MemoryState();
    const numbers = book(['+15550001'], state, true);
    await numbers.assign(alice);
    expect(await numbers.assign(bob)).toBeUndefined();
    await state.delete('numbers', '+15550001');
    expect(await numbers.assign(bob)).toBeUndefined();
    expect(await book(['+15550001'], state, true).assign(bob)).toBeUndefined();
  });

  it('looks at a taken number of the pool once, not once for each user', async () => {
    const state = new MemoryState();
    const pool = Array.from({ length: 50 }, (_, index) => `+1555${1000 + index}`);
    const numbers = book(pool, state, true);
    for (let user = 1; user <= 50; user += 1) await numbers.assign(user as AccountId);
    let looks = 0;
    const { putIfAbsent } = state;
    state.putIfAbsent = (...given) => {
      looks += 1;
      return putIfAbsent.apply(state, given);
    };
    expect(await numbers.assign(99 as AccountId)).toBeUndefined();
    expect(looks).toBe(0);
  });

  it('who goes back to a number of the gateway gives his own back', async () => {
    const numbers = book(['+15550001']);
    await numbers.claim('+4930123456', alice);
    expect(await numbers.keepPooled(alice)).toBe('+15550001');
    expect(await numbers.ownerOf('+4930123456')).toBeUndefined();
  });

  it('S23 a crash between the two entries of an assignment is mended by the next one', async () => {
    const state = new MemoryState();
    await state.put('numbers', { key: '+15550001', value: {}, account: alice });
    expect(await book(['+15550001'], state).assign(alice)).toBe('+15550001');
  });
});
