import type { XmlElement } from './element.js';
import { NS } from './namespace.js';
import { StanzaParser } from './stream/parser.js';

const HEADER = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}'>`;

/** A stanza that we have written ourselves: the limits of what comes from outside do not apply. */
export function parseStanza(xml: string): XmlElement | undefined {
  let stanza: XmlElement | undefined;
  const parser = new StanzaParser(
    {
      streamOpen: () => undefined,
      element: (element) => {
        stanza ??= element;
      },
      streamClose: () => undefined,
    },
    { maxStanzaLength: Infinity, maxDepth: Infinity, maxAttributes: Infinity, maxElements: Infinity },
  );
  return parser.write(Buffer.from(HEADER + xml)) === undefined ? stanza : undefined;
}
