import { createHash } from 'node:crypto';
import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Bytes small enough for a stanza; XEP-0231 §2.1 asks for at most 8 KiB. */
export interface Bits {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The content id of these very bytes (XEP-0231 §2.1). */
export function contentId(bytes: Uint8Array): string {
  return `sha1+${createHash('sha1').update(bytes).digest('hex')}@bob.xmpp.org`;
}

/** The `<data/>` with the bytes; `maxAge`: seconds that they may be kept for. */
export function bitsElement(cid: string, { mediaType, bytes }: Bits, maxAge: number): XmlElement {
  return el(
    'data',
    NS.BOB,
    { cid, type: mediaType, 'max-age': String(maxAge) },
    Buffer.from(bytes).toString('base64'),
  );
}
