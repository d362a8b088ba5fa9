import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** `<x/>` with an address (XEP-0066 §3); clients show the file when the body is the same address. */
export function outOfBandElement(url: string): XmlElement {
  return el('x', NS.OOB, null, el('url', NS.OOB, null, url));
}

/** The address in `<x/>`; undefined when there is none. */
export function readOutOfBand(element: XmlElement): string | undefined {
  return element.childText('url', NS.OOB)?.trim() || undefined;
}
