import { NS } from '../../namespace.js';
import { presenceHead, type Rendered } from '../0045-muc/render.js';

/**
 * The part of a presence that tells of the picture in the vCard, as XML text: its SHA-1, that there is none (`''`), or
 * that nothing can be said of it yet (undefined; XEP-0153 §4.1).
 */
export function renderPhotoUpdate(hash: string | undefined): string {
  if (hash === undefined) return `<x xmlns='${NS.VCARD_UPDATE}'/>`;
  const photo = hash === '' ? '<photo/>' : `<photo>${hash}</photo>`;
  return `<x xmlns='${NS.VCARD_UPDATE}'>${photo}</x>`;
}

/** The presence by which a room tells of its picture (XEP-0486 §2); `hash` is empty when it has none any more. */
export function renderRoomPhoto(roomAttr: string, hash: string): Rendered {
  return { head: presenceHead(roomAttr), tail: `'>${renderPhotoUpdate(hash)}</presence>` };
}
