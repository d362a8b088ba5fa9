import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLate,
  isOld,
  mergeByTime,
  nextRounds,
  oldBefore,
  readCursor,
  readRounds,
} from '../../../../gateways/email/mailbox/cursor.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T00:00:00Z');
const cursor = { uidValidity: '1', lastUid: 5, since: NOW - 100 * DAY_MS };

describe('what is old', () => {
  it('is what both the server and the sender say so of', () => {
    const before = oldBefore(cursor, { before: NOW, last: NOW }, 30);
    expect(before).toBe(NOW - 30 * DAY_MS);
    const old = NOW - 31 * DAY_MS;
    expect(isOld({ receivedAt: old, date: old }, before)).toBe(true);
    expect(isOld({ receivedAt: NOW, date: old }, before)).toBe(false);
    expect(isOld({ receivedAt: old, date: NOW }, before)).toBe(false);
    expect(isOld({ receivedAt: old }, before)).toBe(false);
    expect(isOld({ date: old }, before)).toBe(false);
  });

  it('is what lay there at the first look, up to a day before it', () => {
    expect(oldBefore({ ...cursor, since: NOW }, undefined, 30)).toBe(NOW - DAY_MS);
    expect(oldBefore({ ...cursor, since: NOW }, { before: NOW, last: NOW }, 30)).toBe(NOW - DAY_MS);
  });

  it('is not what came while nobody looked, however long that was', () => {
    const rounds = { before: NOW - 90 * DAY_MS, last: NOW - 90 * DAY_MS };
    expect(oldBefore(cursor, rounds, 30)).toBe(cursor.since - DAY_MS);
  });

  it('moves on with the last look but one, and not more often than twice a day', () => {
    const first = nextRounds(undefined, NOW);
    expect(nextRounds(first, NOW + 1_000)).toBe(first);
    const second = nextRounds(first, NOW + DAY_MS);
    expect(second).toEqual({ before: NOW, last: NOW + DAY_MS });
  });
});

describe('what is late (F07)', () => {
  it('is what lay there for a minute when the gateway comes back, or for an hour', () => {
    expect(isLate({ receivedAt: NOW - 61_000 }, true, NOW)).toBe(true);
    expect(isLate({ receivedAt: NOW - 59_000 }, true, NOW)).toBe(false);
    expect(isLate({ receivedAt: NOW - 61_000 }, false, NOW)).toBe(false);
    expect(isLate({ receivedAt: NOW - 3_601_000 }, false, NOW)).toBe(true);
    expect(isLate({}, true, NOW)).toBe(true);
    expect(isLate({}, false, NOW)).toBe(false);
  });
});

describe('a merge by time', () => {
  it('keeps the order within each list, and that of time where the lists keep it', () => {
    const list = fc.array(fc.record({ receivedAt: fc.option(fc.nat(50), { nil: undefined }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(list, { maxLength: 4 }), (lists) => {
        const merged = mergeByTime(lists);
        expect(merged).toHaveLength(lists.flat().length);
        for (const one of lists) expect(merged.filter((item) => one.includes(item))).toEqual(one);
        const sorted = lists.map((one) => one.toSorted((a, b) => (a.receivedAt ?? 0) - (b.receivedAt ?? 0)));
        const times = mergeByTime(sorted).map(({ receivedAt }) => receivedAt ?? 0);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('what the state holds', () => {
  it('is read as far as it is what was written', () => {
    expect(readCursor({ ...cursor, modseq: '7' })).toEqual({ ...cursor, modseq: '7' });
    for (const value of [undefined, null, 'x', {}, { ...cursor, lastUid: '5' }])
      expect(readCursor(value)).toBeUndefined();
    expect(readRounds({ before: 1, last: 2 })).toEqual({ before: 1, last: 2 });
    expect(readRounds({ before: '1' })).toBeUndefined();
  });
});
