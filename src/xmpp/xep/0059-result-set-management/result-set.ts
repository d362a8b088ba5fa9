import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Which page is asked for (XEP-0059 §2). */
export interface PageRequest {
  /** Most items wanted; 0 asks for the count alone. Undefined: as many as the service likes. */
  readonly max?: number;
  /** Items after this one. */
  readonly after?: string;
  /** Items before this one; empty for the last page. */
  readonly before?: string;
}

const NUMBER = /^\d{1,9}$/;

/** Reads the `<set/>` of a request; undefined when there is none, or its `max` is no number. */
export function parsePageRequest(query: XmlElement): PageRequest | undefined {
  const set = query.child('set', NS.RSM);
  if (!set) return undefined;
  const max = set.childText('max', NS.RSM);
  if (max !== undefined && !NUMBER.test(max)) return undefined;
  const after = set.childText('after', NS.RSM);
  const before = set.childText('before', NS.RSM);
  return {
    ...(max !== undefined && { max: Number(max) }),
    ...(after !== undefined && after !== '' && { after }),
    ...(before !== undefined && { before }),
  };
}

/** The place of a page in the whole result. */
export interface PageResult {
  readonly count: number;
  /** Index of the first item; absent when the page is empty. */
  readonly index?: number;
  readonly first?: string;
  readonly last?: string;
}

/** The `<set/>` of an answer. */
export function pageResultElement({ count, index, first, last }: PageResult): XmlElement {
  return el(
    'set',
    NS.RSM,
    null,
    first !== undefined && el('first', NS.RSM, { index }, first),
    last !== undefined && el('last', NS.RSM, null, last),
    el('count', NS.RSM, null, String(count)),
  );
}
