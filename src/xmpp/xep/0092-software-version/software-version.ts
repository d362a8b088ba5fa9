import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Name and version of the program (XEP-0092); the operating system is left out, as §5 allows. */
export function softwareVersionResult(software: {
  readonly name: string;
  readonly version: string;
}): XmlElement {
  return el(
    'query',
    NS.VERSION,
    null,
    el('name', NS.VERSION, null, software.name),
    el('version', NS.VERSION, null, software.version),
  );
}
