import fc from 'fast-check';
import { v7 as uuidv7, validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { placeIds, placeMessages } from '../../../src/core/history/place-ids.js';

const NOW = Date.UTC(2026, 5, 1);

/** An id of an arrival. */
const anId = fc
  .record({
    msecs: fc.integer({ min: NOW - 5_000, max: NOW }),
    random: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  })
  .map((options) => uuidv7(options));

/** Times as messages of a network have them: many in the same second, none before the one before. */
const times = fc
  .array(fc.constantFrom(0, 0, 0, 1_000, 60_000), { maxLength: 60 })
  .map((steps) =>
    steps.map((_, index) => NOW - 10_000 + steps.slice(0, index + 1).reduce<number>((a, b) => a + b, 0)),
  );

describe('ids between two others', () => {
  it('I19 are in order, between the ends, and none is there twice, whatever the times', () => {
    fc.assert(
      fc.property(fc.option(anId, { nil: '' }), anId, times, (one, other, when) => {
        fc.pre(one !== other);
        const [low = '', high = ''] = [one, other].sort();
        const ids = placeIds(low, high, when);
        expect(ids).toHaveLength(when.length);
        expect([low, ...ids, high]).toEqual([...new Set([low, ...ids, high])].sort());
        for (const id of ids) expect(validate(id) && version(id) === 7).toBe(true);
      }),
    );
  });

  it('I19 have the time of their message where it lies between the ends', () => {
    const ids = placeIds('', uuidv7({ msecs: NOW }), [NOW - 3_000, NOW - 2_000, NOW - 2_000, NOW - 1]);
    const msecs = ids.map((id) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
    expect(msecs).toEqual([NOW - 3_000, NOW - 2_000, NOW - 2_000, NOW - 1]);
  });

  it('a thousand messages of one millisecond find room between two arrivals of one millisecond', () => {
    const random = new Uint8Array(16).fill(7);
    const low = uuidv7({ msecs: NOW, seq: 1, random });
    const high = uuidv7({ msecs: NOW, seq: 2, random });
    const ids = placeIds(low, high, Array<number>(1_000).fill(NOW));
    expect([low, ...ids, high]).toEqual([...new Set([low, ...ids, high])].sort());
  });

  it('are refused where there is no room, or an end is no id', () => {
    const high = uuidv7({ msecs: NOW });
    expect(() => placeIds(high, high, [NOW])).toThrow(RangeError);
    expect(() => placeIds('', 'x', [NOW])).toThrow(RangeError);
  });

  it('what is there already keeps its id, and what is elsewhere is passed over', () => {
    const [low, one, other, high] = [1, 2, 3, 4].map((step) => uuidv7({ msecs: NOW + step * 1_000 }));
    const placed = placeMessages(low ?? '', high ?? '', [
      { parts: 1, time: NOW },
      { parts: 0, time: NOW, entry: one ?? '' },
      { parts: 2, time: NOW },
      { parts: 0, time: NOW, entry: uuidv7({ msecs: NOW + 9_000 }) },
      { parts: 0, time: NOW, entry: other ?? '' },
      { parts: 1, time: NOW + 60_000 },
    ]);
    expect(placed.map((ids) => ids.length)).toEqual([1, 1, 2, 0, 1, 1]);
    expect(placed.flat()).toEqual([...placed.flat()].sort());
    expect([placed[1], placed[4]]).toEqual([[one], [other]]);
  });
});
