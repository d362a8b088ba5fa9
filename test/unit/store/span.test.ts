import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, contains, subtract, toInterval } from '../../../src/store/interval.js';
import { foldChanges, mergeSpans, type Span, type SpanChange, spanKey } from '../../../src/store/span.js';

const POINTS = 20;
/** Ids of equal length, as UUIDs are. */
const id = (point: number) => String(point).padStart(3, '0');
const points = Array.from({ length: POINTS }, (_, point) => id(point));
const point = fc.nat(POINTS - 1).map(id);
const span: fc.Arbitrary<Span> = fc
  .tuple(point, fc.option(point, { nil: null }))
  .map(([a, b]) => (b !== null && b < a ? { from: b, to: a } : { from: a, to: b }));
const spans = fc.array(span, { maxLength: 6 });

const covers = (list: readonly Span[], at: string) =>
  list.some(({ from, to }) => from <= at && (to === null || at <= to));

describe('spans', () => {
  it('I21 merging keeps what is visible and leaves no overlap', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const merged = mergeSpans(list);
        for (const at of points) {
          expect(merged.filter((one) => covers([one], at))).toHaveLength(covers(list, at) ? 1 : 0);
        }
      }),
    );
  });

  it('C19 subtracting leaves exactly what nobody else sees', () => {
    fc.assert(
      fc.property(spans, spans, (own, others) => {
        const left = subtract(mergeSpans(own).map(toInterval), mergeSpans(others));
        for (const at of points) {
          const expected = covers(own, at) && !covers(others, at);
          expect(left.some((interval) => contains(interval, at))).toBe(expected);
        }
      }),
    );
  });

  it('I18 clipping keeps what lies inside the bounds', () => {
    const bound = fc.option(point, { nil: undefined });
    fc.assert(
      fc.property(spans, bound, bound, bound, bound, (list, above, below, first, last) => {
        const cut = clip(mergeSpans(list).map(toInterval), { above, below, first, last });
        for (const at of points) {
          const inside =
            (above === undefined || at > above) &&
            (below === undefined || at < below) &&
            (first === undefined || at >= first) &&
            (last === undefined || at <= last);
          expect(cut.filter((interval) => contains(interval, at))).toHaveLength(
            inside && covers(list, at) ? 1 : 0,
          );
        }
      }),
    );
  });
});

describe('changes of spans', () => {
  const change: fc.Arbitrary<SpanChange> = fc.record({
    kind: fc.constantFrom('open' as const, 'close' as const),
    account: fc.integer({ min: 1, max: 2 }),
    room: fc.constant(1),
    id: point,
  });
  const growing = fc
    .array(change, { maxLength: 12 })
    .map((list) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1)));

  const openOf = (rows: readonly { account: number; room: number; from: string; to: string | null }[]) =>
    new Map(rows.filter((row) => row.to === null).map((row) => [spanKey(row.account, row.room), row.from]));

  it('S23 applying a batch again changes nothing', () => {
    fc.assert(
      fc.property(growing, (changes) => {
        const once = foldChanges(new Map(), changes);
        const table = new Map(once.map((row) => [`${row.account} ${row.from}`, row]));
        for (const row of foldChanges(openOf(once), changes)) table.set(`${row.account} ${row.from}`, row);
        for (const account of [1, 2]) {
          const before = once.filter((row) => row.account === account);
          const after = [...table.values()].filter((row) => row.account === account);
          for (const at of points) expect(covers(after, at)).toBe(covers(before, at));
        }
      }),
    );
  });

  it('opens once, closes once, and ends where it began when the clock was set back', () => {
    const at = (kind: 'open' | 'close', point: number): SpanChange => ({
      kind,
      account: 1,
      room: 1,
      id: id(point),
    });
    expect(foldChanges(new Map(), [at('open', 3), at('open', 4), at('close', 6), at('close', 7)])).toEqual([
      { account: 1, room: 1, from: id(3), to: id(6) },
    ]);
    expect(foldChanges(new Map([[spanKey(1, 1), id(9)]]), [at('close', 5)])).toEqual([
      { account: 1, room: 1, from: id(9), to: id(9) },
    ]);
  });
});
