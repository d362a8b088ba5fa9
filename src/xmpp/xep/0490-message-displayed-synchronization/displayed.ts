import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** How far a chat has been read: the item of its JID (XEP-0490 §3.2); `by` has given the id, in rooms the room. */
export function displayedElement(by: string, id: string): XmlElement {
  return el('displayed', NS.MDS, null, el('stanza-id', NS.SID, { by, id }));
}
