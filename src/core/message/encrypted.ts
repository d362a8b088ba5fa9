import type { XmlElement } from '../../xmpp/element.js';

/** Namespaces of end-to-end encryption whose fallback body is never relayed (F11). */
const ENCRYPTED: ReadonlySet<string> = new Set([
  'eu.siacs.conversations.axolotl',
  'urn:xmpp:omemo:1',
  'urn:xmpp:omemo:2',
  'jabber:x:encrypted',
  'urn:xmpp:openpgp:0',
]);

/** Body of an OTR message (https://otr.cypherpunks.ca, §Whitespace and `?OTR` messages). */
const OTR = /^\?OTR[:?,|v]/;

/** XEP-0454: a link that holds the key of an encrypted file, which is for nobody but the receiver (G05). */
const KEYED_LINK = /(?:^|\s)aesgcm:\/\//i;

/** Whether a child says that the message is encrypted for somebody. */
export function saysEncrypted({ ns }: XmlElement): boolean {
  return ENCRYPTED.has(ns);
}

/** Whether a text is for nobody who cannot decrypt it. */
export function looksEncrypted(body: string): boolean {
  return OTR.test(body) || KEYED_LINK.test(body);
}
