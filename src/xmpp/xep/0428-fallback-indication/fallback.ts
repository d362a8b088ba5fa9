import type { XmlElement } from '../../element.js';
import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Part of a body in code points, from `start` up to but not including `end` (XEP-0428 §3). */
export interface FallbackRange {
  readonly start: number;
  readonly end: number;
}

/** More ranges than that no client has a use for. */
const MAX_RANGES = 16;

const NUMBER = /^\d{1,9}$/;

/**
 * The parts of the body that only stand in for the specification `ns`; `all` for the whole body, undefined when the
 * element speaks of something else. Senseless ranges are left out.
 */
export function readFallback(element: XmlElement, ns: string): 'all' | readonly FallbackRange[] | undefined {
  if (element.ns !== NS.FALLBACK || element.name !== 'fallback' || element.attrs.for !== ns) return undefined;
  const parts = element.elements();
  const bodies = parts.filter(({ name }) => name === 'body').slice(0, MAX_RANGES);
  if (bodies.length === 0) return parts.length === 0 ? 'all' : [];
  const ranges: FallbackRange[] = [];
  for (const { attrs } of bodies) {
    const { start, end } = attrs;
    if (start === undefined && end === undefined) return 'all';
    if (!NUMBER.test(start ?? '0') || !NUMBER.test(end ?? '')) continue;
    const range = { start: Number(start ?? 0), end: Number(end) };
    if (range.start < range.end) ranges.push(range);
  }
  return ranges;
}

/** The text without those ranges, which count code points of the text as received, and what is in them. */
export function splitFallback(
  text: string,
  ranges: 'all' | readonly FallbackRange[],
): { readonly kept: string; readonly cut: string } {
  if (ranges === 'all') return { kept: '', cut: text };
  if (ranges.length === 0) return { kept: text, cut: '' };
  let kept = '';
  let cut = '';
  let index = 0;
  for (const point of text) {
    const at = index;
    if (ranges.some(({ start, end }) => at >= start && at < end)) cut += point;
    else kept += point;
    index += 1;
  }
  return { kept, cut };
}

/** Says that the whole body stands in for the specification `ns`, as XML text. */
export function renderFallback(ns: string, range?: FallbackRange): string {
  const element = `<fallback xmlns='${NS.FALLBACK}' for='${xmlAttr(ns)}'`;
  return range === undefined
    ? `${element}/>`
    : `${element}><body start='${range.start}' end='${range.end}'/></fallback>`;
}

/** Length in code points, as ranges count. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
