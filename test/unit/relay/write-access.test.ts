import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WriteAccess } from '../../../src/core/relay/network/write-access.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Text } from '../../../src/gateway/text.js';

const FLOOD = { key: 'telegram-wait' };
const FORBIDDEN = { key: 'telegram-refused-rights' };

describe('whether a leg may write', () => {
  let silence: Text | undefined;
  let changes = 0;
  const make = (): WriteAccess =>
    new WriteAccess({
      whySilent: () => silence,
      changed: () => {
        changes += 1;
      },
    });
  beforeEach(() => {
    vi.useFakeTimers();
    silence = undefined;
    changes = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('stops for as long as the network wants, and says why', () => {
    const access = make();
    const error = new GatewayError('limit', FLOOD, 'not-sent', true, 30_000);
    expect(access.failed(error, 'a')).toBe(error);
    expect(access.hindrance).toEqual({ state: 'away', reason: FLOOD });
    vi.advanceTimersByTime(29_999);
    expect(access.hindrance?.state).toBe('away');
    vi.advanceTimersByTime(1);
    expect(access.hindrance).toBeUndefined();
    expect(changes).toBe(2);
  });

  it('keeps what was forbidden while rights are gone, and gives up what is forbidden by itself', () => {
    const access = make();
    const error = new GatewayError('forbidden', FORBIDDEN);
    // Rights may have just been lost, and the word of it is on its way.
    expect(access.failed(error, 'a')).toMatchObject({ retryable: true });
    expect(access.failed(error, 'a')).toBe(error);
    silence = FORBIDDEN;
    for (let tries = 0; tries < 5; tries += 1)
      expect(access.failed(error, 'b')).toMatchObject({ retryable: true });
    expect(access.hindrance).toEqual({ state: 'refused', reason: FORBIDDEN });
    silence = undefined;
    access.look();
    expect(access.hindrance).toBeUndefined();
    expect(access.failed(new Error('other'), 'c')).toBeInstanceOf(Error);
  });
});
