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

/** The query that asks for them. */
export function softwareVersionQuery(): XmlElement {
  return el('query', NS.VERSION);
}

/** Reads the `<query/>` of a result; what is not told is empty. */
export function readSoftwareVersion(query: XmlElement | undefined): { name: string; version: string } {
  return {
    name: query?.childText('name', NS.VERSION) ?? '',
    version: query?.childText('version', NS.VERSION) ?? '',
  };
}
