import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/store/engine.js';
import type { ArchiveEntry, ArchivePage, ArchiveQuery } from '../../../src/store/store.js';
import { entry, Folder } from './in-thread.js';

const SIZE = 60;
const NICKS = ['anna', 'bob'];

/** What a query over entries and visible positions must answer, without any database. */
function model(
  all: readonly ArchiveEntry[],
  seen: ReadonlySet<string>,
  query: ArchiveQuery,
): ArchivePage | undefined {
  const visible = all.filter((one) => seen.has(one.id));
  const known = new Set(visible.map((one) => one.id));
  const named = [query.after, query.before || undefined, query.afterId, query.beforeId, ...(query.ids ?? [])];
  if (named.some((id) => id !== undefined && !known.has(id))) return undefined;
  const result = visible.filter(
    (one) =>
      (query.start === undefined || one.time >= query.start) &&
      (query.end === undefined || one.time <= query.end) &&
      (query.nick === undefined || one.nick === query.nick) &&
      (query.afterId === undefined || one.id > query.afterId) &&
      (query.beforeId === undefined || one.id < query.beforeId) &&
      (query.ids === undefined || query.ids.includes(one.id)),
  );
  const rest = result.filter(
    (one) => (query.after === undefined || one.id > query.after) && (!query.before || one.id < query.before),
  );
  const entries =
    query.before === undefined
      ? rest.slice(0, query.limit)
      : rest.slice(Math.max(0, rest.length - query.limit));
  return { entries, complete: entries.length === rest.length, count: result.length };
}

describe('pages of the archive', () => {
  const folder = new Folder();
  let engine: Engine;
  let room: number;
  let all: ArchiveEntry[];

  beforeAll(async () => {
    engine = await folder.open();
    room = await engine.roomKey('irc.example.org', '#room%irc.example.net');
    const other = await engine.roomKey('irc.example.org', '#other%irc.example.net');
    all = Array.from({ length: SIZE }, (_, index) =>
      // time goes back at places: it is no bound of the order
      entry(room, { time: 1_000 + index - (index % 7 === 0 ? 5 : 0), nick: NICKS[index % 3 ? 1 : 0] ?? '' }),
    );
    const noise = all.map((one) => ({ ...one, room: other }));
    const flat = [...all, ...noise].flatMap((one) => [
      ...[one.id, one.room, one.time, one.nick, one.type, one.messageId, one.payload],
    ]);
    await engine.write({ entries: flat, spans: [], confirmed: [] });
  });
  afterAll(async () => {
    await engine.close();
    folder.remove();
  });

  /** A fresh account that sees the entries between these positions. */
  async function seeing(ranges: readonly (readonly [number, number])[], owner: string): Promise<number> {
    const { id } = await engine.ensureAccount('irc.example.org', owner);
    for (const [from, to] of ranges) {
      const [first, last] = [all[from], all[to]];
      if (!first || !last) throw new Error('no such entry');
      await engine.write({
        entries: [],
        spans: [
          { kind: 'open', account: id, room, id: first.id },
          { kind: 'close', account: id, room, id: last.id },
        ],
        confirmed: [],
      });
    }
    return id;
  }

  it('I17 I18 I21 answers as the model does, for any spans and any query', async () => {
    const position = fc.nat(SIZE - 1);
    const range = fc.tuple(position, position).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    const time = fc.integer({ min: 990, max: 1_000 + SIZE });
    const queries = fc.record(
      {
        start: time,
        end: time,
        nick: fc.constantFrom(...NICKS, 'nobody'),
        after: position,
        before: fc.option(position, { nil: 'last' as const }),
        beforeId: position,
        afterId: position,
        ids: fc.array(position, { maxLength: 4 }),
      },
      { requiredKeys: [] },
    );
    let accounts = 0;
    const idAt = (at: number) => all[at]?.id ?? '';
    await fc.assert(
      fc.asyncProperty(
        fc.array(range, { maxLength: 20 }),
        fc.array(fc.tuple(queries, fc.nat(12)), { minLength: 5, maxLength: 5 }),
        async (ranges, asked) => {
          accounts += 1;
          const account = await seeing(ranges, `user${accounts}@example.org`);
          const seen = new Set(ranges.flatMap(([from, to]) => all.slice(from, to + 1).map((one) => one.id)));
          for (const [{ start, end, nick, after, before, beforeId, afterId, ids }, limit] of asked) {
            const query: ArchiveQuery = {
              ...{ account, room, limit },
              ...(start !== undefined && { start }),
              ...(end !== undefined && { end }),
              ...(nick !== undefined && { nick }),
              ...(after !== undefined && { after: idAt(after) }),
              ...(before !== undefined && { before: before === 'last' ? '' : idAt(before) }),
              ...(beforeId !== undefined && { beforeId: idAt(beforeId) }),
              ...(afterId !== undefined && { afterId: idAt(afterId) }),
              ...(ids !== undefined && { ids: ids.map(idAt) }),
            };
            expect(await engine.page(query)).toEqual(model(all, seen, query));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('I18 paging forward and backward gives each entry once, in order', async () => {
    const account = await seeing(
      [
        [3, 10],
        [8, 20],
        [21, 21],
        [40, 59],
      ],
      'pager@example.org',
    );
    const expected = [...all.slice(3, 22), ...all.slice(40)];
    const forward: ArchiveEntry[] = [];
    for (let after: string | undefined; ; after = forward.at(-1)?.id) {
      const page = await engine.page({ account, room, limit: 7, ...(after !== undefined && { after }) });
      forward.push(...(page?.entries ?? []));
      if (page?.complete !== false) break;
    }
    expect(forward).toEqual(expected);
    const backward: ArchiveEntry[] = [];
    for (let before = ''; ; before = backward[0]?.id ?? '') {
      const page = await engine.page({ account, room, limit: 7, before });
      backward.unshift(...(page?.entries ?? []));
      if (page?.complete !== false) break;
    }
    expect(backward).toEqual(expected);
  });

  it('S03 an id that only others see is as unknown as one that does not exist', async () => {
    const account = await seeing([[0, 5]], 'curious@example.org');
    const hidden = all[30]?.id ?? '';
    for (const id of [hidden, 'no such id', "' OR 1=1 --", '']) {
      expect(await engine.page({ account, room, limit: 5, after: id })).toBeUndefined();
      expect(await engine.page({ account, room, limit: 5, ids: [id] })).toBeUndefined();
    }
    expect(await engine.page({ account, room: 999, limit: 5 })).toEqual({
      entries: [],
      complete: true,
      count: 0,
    });
  });

  it('I08 history is the newest of what the account saw, none older than asked', async () => {
    const account = await seeing([[0, 9]], 'joiner@example.org');
    expect(await engine.history(account, room, 3)).toEqual(all.slice(7, 10));
    const since = all[8]?.time ?? 0;
    expect(await engine.history(account, room, 50, since)).toEqual(
      all.slice(0, 10).filter((one) => one.time >= since),
    );
    expect(await engine.history(account, room, 0)).toEqual([]);
  });
});
