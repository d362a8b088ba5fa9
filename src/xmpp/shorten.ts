import { el, serialize, type XmlElement } from './element.js';
import { NS } from './namespace.js';
import { parseStanza } from './parse-stanza.js';
import { StanzaError } from './stanza-error.js';

/** UTF-16 units that are left of a text: escaped at its worst it fits the 10,000 bytes of RFC 6120 §13.12. */
const TEXT_LEFT = 1000;
const CUT_MARK = ' […]';

/** What a room says beside the text: short, and clients need it. */
const KEPT: ReadonlySet<string> = new Set([NS.OCCUPANT_ID, NS.SID, NS.DELAY]);
const TEXTS: ReadonlySet<string> = new Set(['body', 'subject']);

/**
 * What can be sent instead of a stanza that is too large for the server: a message with its text cut and marked
 * as cut, an error instead of the result of a request. Undefined where nothing shorter says as much.
 */
export function shortened(xml: string): string | undefined {
  const stanza = parseStanza(xml);
  const instead = stanza && substitute(stanza);
  if (instead === undefined) return undefined;
  const written = serialize(instead, NS.COMPONENT);
  return written.length < xml.length ? written : undefined;
}

function substitute(stanza: XmlElement): XmlElement | undefined {
  const { from, to, id, type } = stanza.attrs;
  if (stanza.name === 'iq' && (type === 'result' || type === 'error')) {
    const error = new StanzaError('resource-constraint', { type: 'modify' });
    return el('iq', NS.COMPONENT, { type: 'error', id, from, to }, error.toElement());
  }
  if (stanza.name !== 'message') return undefined;
  const children = stanza.elements().flatMap((child) => {
    if (child.ns === NS.COMPONENT && TEXTS.has(child.name))
      return [el(child.name, NS.COMPONENT, null, cut(child.text()))];
    return KEPT.has(child.ns) || (child.ns === NS.COMPONENT && child.name === 'error') ? [child] : [];
  });
  return children.length === 0 ? undefined : el('message', NS.COMPONENT, { type, id, from, to }, ...children);
}

/** Never inside a surrogate pair. */
function cut(text: string): string {
  if (text.length <= TEXT_LEFT) return text;
  return `${text.slice(0, TEXT_LEFT).replace(/[\ud800-\udbff]$/, '')}${CUT_MARK}`;
}
