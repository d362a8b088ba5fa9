import { describe, expect, it } from 'vitest';
import { BlockedPeople } from '../../../../gateways/telegram/people/blocked-people.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import { MemoryState } from '../../../support/gateway-environment.js';

function people(state = new MemoryState(), user: 'u1' | 'u2' = 'u1') {
  const told: string[] = [];
  const blocked = new BlockedPeople(state, 7 as AccountId, user, (person, is) => {
    told.push(`${is ? '+' : '-'}${person}`);
    return undefined;
  });
  return { blocked, told, state };
}

describe('whom an account keeps away', () => {
  it('is told, and who is let in while nobody listens', async () => {
    const first = people();
    await first.blocked.listed(['u5', 'u6']);
    await first.blocked.changed('u8', true);
    expect(first.told).toEqual(['+u5', '+u6', '+u8']);
    const next = people(first.state);
    await next.blocked.listed(['u6']);
    expect(next.told.sort()).toEqual(['+u6', '-u5', '-u8']);
  });

  it('of another account of Telegram counts for nothing', async () => {
    const first = people();
    await first.blocked.listed(['u5']);
    const other = people(first.state, 'u2');
    await other.blocked.listed(['u6']);
    expect(other.told).toEqual(['+u6']);
  });
});
