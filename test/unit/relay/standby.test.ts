import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Mark, roomMark } from '../../../src/core/relay/marks.js';
import type { LegEvent } from '../../../src/core/relay/model.js';
import { Standby } from '../../../src/core/relay/standby.js';

function said(text: string): LegEvent {
  return { content: { kind: 'said', speaker: { key: 'ann', nick: 'ann' }, words: { text } }, ids: [] };
}

describe('two gateways that join the same rooms', () => {
  const rooms = ['a', 'b'].map(roomMark);
  const other: Mark = { instance: 'a-first', rooms };
  let told: string[];
  let standby: Standby;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    standby = new Standby({
      ...{ instance: 'm-second', waitMs: 100, distrustMs: 1_000, now: Date.now },
      placeOf: (leg) => leg,
      tell: (_relay, from, to, { content }) => {
        told.push(`${from} ${to} ${content.kind === 'said' ? content.words.text : ''}`);
      },
    });
  });
  afterEach(() => {
    standby.stop();
    vi.useRealTimers();
  });
  const yields = (text: string, others = [other], to = 'b'): boolean =>
    standby.yields('club', said(text), ['a', to], others);

  it('leave telling to one of them', () => {
    expect(yields('hello')).toBe(true);
    expect(yields('hello', [{ ...other, instance: 'z-third' }])).toBe(false);
    expect(yields('hello', [])).toBe(false);
    expect(yields('hello', [other], 'c')).toBe(false);
  });

  it('lose nothing when one only says that it tells, and rely on it no more for a while', () => {
    expect(yields('hello')).toBe(true);
    vi.advanceTimersByTime(100);
    expect(told).toEqual(['a b hello']);
    expect(yields('more')).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(yields('more')).toBe(true);
  });

  it('tell nothing twice when the other does tell it, whoever is quicker', () => {
    expect(yields('hello')).toBe(true);
    standby.heard('club', 'b', '*ann*: hello');
    standby.heard('club', 'b', 'early');
    expect(yields('early')).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([]);
  });
});
