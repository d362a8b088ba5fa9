import { describe, expect, it } from 'vitest';
import { OwnVoices } from '../../../../src/core/relay/network/own-voices.js';
import type { MemberId, RoomId } from '../../../../src/gateway/ids.js';

describe('own accounts', () => {
  it('do nothing for somebody of a room where their owner has not agreed, and stay for that where he has', async () => {
    let closed = 0;
    const self = { member: 'm1' as MemberId, nick: 'vera' };
    const own = new OwnVoices(
      { joinMs: 1_000, waitMs: 1_000, refusedMs: 1_000, idleMs: 1_000 },
      {
        port: {
          borrow: async () => ({
            ...{ session: {} as never, self },
            close: () => {
              closed += 1;
            },
          }),
        },
        room: '#c%net' as RoomId,
        agreed: async (_owner, from) => from === 'home@rooms.example.org',
        now: Date.now,
        trouble: () => undefined,
      },
    );
    const vera = { key: 'k', nick: 'vera', address: 'vera@example.org' };
    expect(await own.enter(vera, 'home@rooms.example.org')).toMatchObject({ owner: 'vera@example.org' });
    expect(await own.present(vera, 'home@rooms.example.org')).toBeDefined();
    expect(await own.present(vera, 'other@rooms.example.org')).toBeUndefined();
    expect(await own.enter(vera, 'other@rooms.example.org')).toBeUndefined();
    expect(closed).toBe(0);
    own.close();
    expect(closed).toBe(1);
    expect(await own.enter(vera, 'home@rooms.example.org')).toBeUndefined();
  });
});
