import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Takes the message `id` back (XEP-0424 §3), as XML text. */
export function renderRetract(id: string): string {
  return `<retract xmlns='${NS.RETRACT}' id='${xmlAttr(id)}'/>`;
}
