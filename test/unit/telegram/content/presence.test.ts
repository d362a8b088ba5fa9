import { describe, expect, it } from 'vitest';
import { presenceOf } from '../../../../gateways/telegram/content/presence.js';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

describe('presence from Telegram’s last seen', () => {
  it('is online until a while after what the server said', () => {
    const online = { kind: 'online', until: NOW + 5 * MINUTE } as const;
    expect(presenceOf(online, NOW)).toEqual({ presence: { show: 'online' }, again: NOW + 6 * MINUTE });
    expect(presenceOf(online, NOW + 6 * MINUTE)).toEqual({
      presence: { show: 'offline', lastSeen: NOW + 5 * MINUTE },
    });
  });

  it('does not flap when somebody looks away for a moment', () => {
    const left = { kind: 'offline', since: NOW } as const;
    expect(presenceOf(left, NOW)).toEqual({ presence: { show: 'online' }, again: NOW + MINUTE });
    expect(presenceOf(left, NOW + MINUTE)).toEqual({ presence: { show: 'offline', lastSeen: NOW } });
  });

  it('is offline with the time when somebody was there', () => {
    expect(presenceOf({ kind: 'offline', since: NOW - 60 * MINUTE }, NOW)).toEqual({
      presence: { show: 'offline', lastSeen: NOW - 60 * MINUTE },
    });
  });

  it('is away without a time for who hides it, and offline for who was long gone', () => {
    expect(presenceOf({ kind: 'recently' }, NOW)).toEqual({ presence: { show: 'away' } });
    for (const kind of ['last-week', 'last-month', 'unknown'] as const)
      expect(presenceOf({ kind }, NOW)).toEqual({ presence: { show: 'offline' } });
  });

  it('never waits long, nor tells a time that is none', () => {
    expect(presenceOf({ kind: 'online', until: NOW * 9 }, NOW).again).toBe(NOW + 10 * MINUTE);
    for (const since of [0, -1, Number.NaN])
      expect(presenceOf({ kind: 'offline', since }, NOW)).toEqual({ presence: { show: 'offline' } });
  });
});
