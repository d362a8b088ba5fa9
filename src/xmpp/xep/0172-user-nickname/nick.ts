import { el, type XmlElement } from '../../element.js';
import { xmlText } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** The `<nick/>` of a message or of a request to subscribe, as XML text; none for an empty name (XEP-0172 §4). */
export function nickElement(name: string): string {
  return name === '' ? '' : `<nick xmlns='${NS.NICK}'>${xmlText(name)}</nick>`;
}

/** The payload of the node of a person's nickname (XEP-0172 §4.1). */
export function nickItem(name: string): XmlElement {
  return el('nick', NS.NICK, null, name);
}
