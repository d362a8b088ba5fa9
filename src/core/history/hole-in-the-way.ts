import { ABOVE_ALL, type Hole } from '../../store/room-history.js';
import type { ArchivePage, ArchiveQuery } from '../../store/store.js';

/** A hole that a page of an archive would leap over, and from which end it is to be read for that page. */
export interface HoleInTheWay {
  readonly hole: Hole;
  readonly from: 'newest' | 'oldest';
}

/** Between these archive ids, both left out, a query looks. */
interface Window {
  readonly low: string;
  readonly high: string;
}

/**
 * The hole that is next to be read for this page of a query; undefined: none, and the page is what it should be.
 * @param holes oldest first
 */
export function holeInTheWay(
  holes: readonly Hole[],
  query: ArchiveQuery,
  page: ArchivePage,
): HoleInTheWay | undefined {
  if (query.ids !== undefined || query.limit < 1) return undefined;
  const seen = seenBy(query, page);
  const within = holes.filter((hole) => lies(hole, seen, query));
  if (query.before !== undefined) {
    const hole = within.at(-1);
    return hole && { hole, from: 'newest' };
  }
  const [hole] = within;
  return hole && { hole, from: endOf(hole, query) };
}

/** Whether nothing follows the page in the direction of paging, neither in the archive nor in what is missing there. */
export function isComplete(holes: readonly Hole[], query: ArchiveQuery, page: ArchivePage): boolean {
  if (!page.complete || query.ids !== undefined) return page.complete;
  const all = windowOf(query);
  const [first, last] = [page.entries[0]?.id, page.entries.at(-1)?.id];
  // What lies on the near side of the page was looked at before.
  const rest =
    query.before === undefined ? { ...all, low: last ?? all.low } : { ...all, high: first ?? all.high };
  return !holes.some((hole) => lies(hole, rest, query));
}

/** The part of a page before a hole that could not be read, so that whoever goes on from there comes by it again. */
export function beforeHole(query: ArchiveQuery, page: ArchivePage, { hole }: HoleInTheWay): ArchivePage {
  const near = page.entries.filter(({ id }) =>
    query.before === undefined ? id <= hole.low : id >= hole.high,
  );
  return { ...page, entries: near.length > 0 ? near : page.entries, complete: false };
}

/** Where a query looks at all. */
function windowOf({ after, afterId, before, beforeId }: ArchiveQuery): Window {
  const highs = [before || ABOVE_ALL, beforeId ?? ABOVE_ALL];
  const lows = [after ?? '', afterId ?? ''];
  return { low: lows.sort().at(-1) ?? '', high: highs.sort()[0] ?? ABOVE_ALL };
}

/** As far as its page goes: a full one ends with its last entry. */
function seenBy(query: ArchiveQuery, { entries }: ArchivePage): Window {
  const all = windowOf(query);
  if (entries.length < query.limit) return all;
  const [first, last] = [entries[0]?.id ?? all.low, entries.at(-1)?.id ?? all.high];
  return query.before === undefined ? { ...all, high: last } : { ...all, low: first };
}

/** Ids of entries are never inside of a hole. */
function lies(hole: Hole, { low, high }: Window, { start, end }: ArchiveQuery): boolean {
  if (hole.low >= high || hole.high <= low) return false;
  if (start !== undefined && hole.newerTime !== undefined && hole.newerTime < start) return false;
  return end === undefined || hole.olderTime === undefined || hole.olderTime <= end;
}

/** From where a page that goes forward is found sooner: what begins at a time may begin anywhere in the hole. */
function endOf({ low, olderTime = 0, newerTime = Date.now() }: Hole, { start }: ArchiveQuery) {
  if (low === '') return 'newest';
  return start === undefined || start - olderTime <= newerTime - start ? 'oldest' : 'newest';
}
