import type { XmlElement } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';

/** Children that only the room, or the server, may put into a message (XEP-0359 §3, XEP-0045 §17.3, XEP-0421 §4). */
const ROOM_ONLY: ReadonlySet<string> = new Set([NS.OCCUPANT_ID, NS.MUC_USER, NS.MUC, NS.DELAY, NS.PRIVILEGE]);

/** The children of a user's message as others may see them: all but what a client must not say itself. */
export function cleanPayload(stanza: XmlElement, options: { readonly keepCorrection: boolean }): string {
  let xml = '';
  for (const child of stanza.children) {
    if (typeof child === 'string' || ROOM_ONLY.has(child.ns)) continue;
    if (child.name === 'stanza-id' && child.ns === NS.SID) continue;
    if (child.ns === NS.CORRECT && !options.keepCorrection) continue;
    xml += child.toString(NS.COMPONENT);
  }
  return xml;
}
