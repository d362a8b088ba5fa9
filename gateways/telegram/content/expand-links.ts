import type { TgEntity } from '../client/model.js';

/** A text with its entities. */
export interface EntityText {
  readonly text: string;
  readonly entities: readonly TgEntity[];
}

/** UTF-16 units of an address that are shown. */
const MAX_ADDRESS = 2_048;

/**
 * The addresses behind words put after them in brackets, so that nobody is led where he does not see (S22). Words that
 * are their own address stay alone. Takes and gives sound entities in their order.
 */
export function expandLinks({ text, entities }: EntityText): EntityText {
  const additions = additionsOf(text, entities);
  if (additions.length === 0) return { text, entities };
  let out = '';
  let done = 0;
  const moved: { readonly at: number; readonly by: number }[] = [];
  let by = 0;
  for (const { at, words } of additions) {
    out += text.slice(done, at) + words;
    done = at;
    by += words.length;
    moved.push({ at, by });
  }
  const shift = (position: number, past: boolean): number => position + shiftAt(moved, position, past);
  return {
    text: out + text.slice(done),
    entities: entities.flatMap((entity) => around(entity, additions, shift)),
  };
}

interface Addition {
  readonly at: number;
  readonly words: string;
}

/** One per place, in order. */
function additionsOf(text: string, entities: readonly TgEntity[]): readonly Addition[] {
  const found = new Map<number, string>();
  for (const { kind, offset, length, url } of entities) {
    if (kind !== 'link' || url === undefined) continue;
    const words = text.slice(offset, offset + length);
    const address = shownAddress(url);
    if (address === '' || sameAddress(words, address)) continue;
    const at = offset + words.trimEnd().length;
    if (words.trim() !== '' && !found.has(at)) found.set(at, ` (${address})`);
  }
  return [...found].map(([at, words]) => ({ at, words })).sort((a, b) => a.at - b.at);
}

/** An address without what would end it early or show as nothing. */
function shownAddress(url: string): string {
  const address = url.slice(0, MAX_ADDRESS).replace(/\p{Surrogate}/gu, '');
  return address.trim().replace(/[\s\p{C}]/gu, encodeURIComponent);
}

/** Whether both lead to the same place, whatever was left out when it was written. */
export function sameAddress(a: string, b: string): boolean {
  return bare(a) === bare(b);
}

function bare(address: string): string {
  return address
    .trim()
    .replace(/^(?:https?:\/\/|mailto:|tel:)/i, '')
    .replace(/^www\./i, '')
    .replace(/\/$/, '')
    .toLowerCase();
}

/** An entity around an addition becomes two: the address itself is not styled. Blocks hold it. */
function around(
  entity: TgEntity,
  additions: readonly Addition[],
  shift: (position: number, past: boolean) => number,
): readonly TgEntity[] {
  const { kind, offset, length } = entity;
  const end = offset + length;
  const bounds = [offset];
  if (kind !== 'pre' && kind !== 'quote')
    for (const { at } of between(additions, offset, end)) bounds.push(at, at);
  bounds.push(end);
  const parts: TgEntity[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    const start = shift(bounds[i] ?? 0, true);
    const stop = shift(bounds[i + 1] ?? 0, kind === 'quote' || kind === 'pre');
    if (stop > start) parts.push({ ...entity, offset: start, length: stop - start });
  }
  return parts;
}

/** The additions strictly within. */
function between(additions: readonly Addition[], start: number, end: number): readonly Addition[] {
  return additions.slice(firstFrom(additions, start + 1), firstFrom(additions, end));
}

/** How far a position has moved; `past` the addition that stands right there, or before it. */
function shiftAt(
  moved: readonly { readonly at: number; readonly by: number }[],
  position: number,
  past: boolean,
): number {
  return moved[firstFrom(moved, past ? position + 1 : position) - 1]?.by ?? 0;
}

/** Index of the first one at `position` or after it. */
function firstFrom(list: readonly { readonly at: number }[], position: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
