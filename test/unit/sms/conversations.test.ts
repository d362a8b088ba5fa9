import { describe, expect, it } from 'vitest';
import { Conversations } from '../../../gateways/sms/number/conversations.js';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import { MemoryState } from '../../support/gateway-environment.js';

const alice = 1 as AccountId;
const bob = 2 as AccountId;
const carol = '+15557654321' as ContactId;
const dave = '+15557654322' as ContactId;
const IDLE_MS = 60_000;
const QUARANTINE_MS = 600_000;

function conversations(numbers: readonly string[], state = new MemoryState(), now = Date.now): Conversations {
  return new Conversations(state, numbers, { idleMs: IDLE_MS, quarantineMs: QUARANTINE_MS }, now);
}

describe('many users behind one number', () => {
  it('keeps conversations apart by correspondent', async () => {
    const shared = conversations(['+15550001']);
    expect(await shared.numberFor(alice, carol)).toBe('+15550001');
    expect(await shared.numberFor(bob, dave)).toBe('+15550001');
    expect(await shared.ownerOf('+15550001', carol)).toBe(alice);
    expect(await shared.ownerOf('+15550001', dave)).toBe(bob);
  });

  it('two users write to one person from two numbers', async () => {
    const shared = conversations(['+15550001', '+15550002']);
    expect(await shared.numberFor(alice, carol)).toBe('+15550001');
    expect(await shared.numberFor(bob, carol)).toBe('+15550002');
    expect(await shared.numberFor(alice, carol)).toBe('+15550001');
    expect(await shared.ownerOf('+15550002', carol)).toBe(bob);
  });

  it('refuses rather than mix two conversations up', async () => {
    const shared = conversations(['+15550001']);
    await shared.numberFor(alice, carol);
    await expect(shared.numberFor(bob, carol)).rejects.toMatchObject({ code: 'limit', outcome: 'not-sent' });
  });

  it('two who write to one person in the same moment do not share him', async () => {
    const shared = conversations(['+15550001', '+15550002']);
    const numbers = await Promise.all([shared.numberFor(alice, carol), shared.numberFor(bob, carol)]);
    expect(new Set(numbers).size).toBe(2);
  });

  it('a stranger who writes first reaches nobody', async () => {
    expect(await conversations(['+15550001']).ownerOf('+15550001', carol)).toBeUndefined();
  });

  it('a person sees the same number after a restart', async () => {
    const state = new MemoryState();
    const before = conversations(['+15550001', '+15550002'], state);
    await before.numberFor(bob, carol);
    expect(await before.numberFor(alice, carol)).toBe('+15550002');
    const after = conversations(['+15550001', '+15550002'], state);
    expect(await after.numberFor(alice, carol)).toBe('+15550002');
  });

  it('a conversation that is used does not end', async () => {
    const state = new MemoryState();
    let now = Date.now();
    const shared = conversations(['+15550001'], state, () => now);
    await shared.numberFor(alice, carol);
    now += IDLE_MS * 0.8;
    expect(await shared.ownerOf('+15550001', carol)).toBe(alice);
    const [entry] = await state.list('conversations', '', 10);
    expect(entry?.expiresAt).toBe(now + IDLE_MS + QUARANTINE_MS);
  });

  it('S12 a late answer to a user who has left reaches nobody, and nobody can take his place', async () => {
    const state = new MemoryState();
    const shared = conversations(['+15550001'], state);
    await shared.numberFor(alice, carol);
    await shared.numberFor(bob, dave);
    await shared.release(alice);
    expect(await shared.ownerOf('+15550001', carol)).toBeUndefined();
    await expect(shared.numberFor(bob, carol)).rejects.toMatchObject({ code: 'limit' });
    expect(await shared.ownerOf('+15550001', dave)).toBe(bob);
  });

  it('C19 what rests after a user has left names nobody', async () => {
    const state = new MemoryState();
    const shared = conversations(['+15550001'], state);
    await shared.numberFor(alice, carol);
    await shared.release(alice);
    const left = [...(await state.list('conversations', '', 10)), ...(await state.list('routes', '', 10))];
    expect(left).toHaveLength(1);
    expect(JSON.stringify(left)).not.toContain(carol.slice(1));
    expect(left[0]?.account).toBeUndefined();
  });
});
