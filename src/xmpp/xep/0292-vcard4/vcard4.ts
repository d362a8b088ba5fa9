import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import type { VCard } from '../0054-vcard-temp/vcard.js';

/** The node of a person's card (XEP-0292 §4). */
export const VCARD4_NODE = 'urn:xmpp:vcard4';

/** The same card in the newer format (RFC 6351); pictures have nodes of their own. */
export function vcard4Element(card: VCard): XmlElement {
  const { formattedName, nickname, phone, email, url, note, description } = card;
  return el(
    'vcard',
    NS.VCARD4,
    null,
    property('fn', 'text', formattedName),
    property('nickname', 'text', nickname),
    property('tel', 'uri', phone && `tel:${phone}`),
    property('email', 'text', email),
    property('url', 'uri', url),
    property('note', 'text', note ?? description),
  );
}

function property(name: string, type: 'text' | 'uri', value: string | undefined): XmlElement | undefined {
  return value === undefined ? undefined : el(name, NS.VCARD4, null, el(type, NS.VCARD4, null, value));
}
