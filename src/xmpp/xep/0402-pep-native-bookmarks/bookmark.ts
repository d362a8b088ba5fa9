import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** A bookmark of a room that no client enters by itself; its item has the room's JID as id (XEP-0402 §3). */
export function bookmarkElement(name: string): XmlElement {
  return el('conference', NS.BOOKMARKS, { name, autojoin: 'false' });
}

/** Whether a bookmark is still as {@link bookmarkElement} made it: nobody has changed anything of it. */
export function isUntouched(bookmark: XmlElement, name: string): boolean {
  const { attrs } = bookmark;
  const autojoin = attrs.autojoin ?? 'false';
  return (
    bookmark.name === 'conference' &&
    bookmark.ns === NS.BOOKMARKS &&
    attrs.name === name &&
    (autojoin === 'false' || autojoin === '0') &&
    bookmark.elements().length === 0
  );
}
