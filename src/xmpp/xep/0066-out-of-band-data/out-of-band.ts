import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** `<x/>` with an address (XEP-0066 §3); clients show the file when the body is the same address. */
export function outOfBandElement(url: string): XmlElement {
  return el('x', NS.OOB, null, el('url', NS.OOB, null, url));
}
