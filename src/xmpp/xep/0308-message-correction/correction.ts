import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Says that the message's text stands for that of the message `id` (XEP-0308 §3), as XML text. */
export function renderReplace(id: string): string {
  return `<replace xmlns='${NS.CORRECT}' id='${xmlAttr(id)}'/>`;
}
