import { NS } from '../../namespace.js';

/**
 * The part of a presence that tells of the picture in the vCard, as XML text: its SHA-1, that there is none (`''`), or
 * that nothing can be said of it yet (undefined; XEP-0153 §4.1).
 */
export function renderPhotoUpdate(hash: string | undefined): string {
  if (hash === undefined) return `<x xmlns='${NS.VCARD_UPDATE}'/>`;
  const photo = hash === '' ? '<photo/>' : `<photo>${hash}</photo>`;
  return `<x xmlns='${NS.VCARD_UPDATE}'>${photo}</x>`;
}
