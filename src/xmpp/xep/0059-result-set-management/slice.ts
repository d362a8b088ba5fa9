import type { XmlElement } from '../../element.js';
import { type PageRequest, pageResultElement } from './result-set.js';

/** A page cut from a list that is at hand. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  /** The `<set/>` of the answer. */
  readonly set: XmlElement;
}

/**
 * Cuts a page from a list that is sorted by key in ascending order, with at most `maxItems` items. A key that is
 * no longer there stands for the place where it was, so that pages fit together while items come and go.
 */
export function slicePage<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  page: PageRequest,
  maxItems: number,
): Slice<Item> {
  const [start, end] = bounds(sorted, keyOf, page, maxItems);
  const items = sorted.slice(start, end);
  const [first] = items;
  const last = items.at(-1);
  const set = pageResultElement({
    count: sorted.length,
    ...(first !== undefined && { index: start, first: keyOf(first) }),
    ...(last !== undefined && { last: keyOf(last) }),
  });
  return { items, set };
}

function bounds<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  { max, after, before }: PageRequest,
  maxItems: number,
): [number, number] {
  const size = Math.min(max ?? maxItems, maxItems);
  if (before !== undefined) {
    const found = before === '' ? -1 : sorted.findIndex((item) => keyOf(item) >= before);
    const end = found < 0 ? sorted.length : found;
    return [Math.max(0, end - size), end];
  }
  if (after === undefined) return [0, size];
  const found = sorted.findIndex((item) => keyOf(item) > after);
  const start = found < 0 ? sorted.length : found;
  return [start, start + size];
}
