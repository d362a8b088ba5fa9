import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Asks for markers of this message (XEP-0333 §5), as XML text. */
export const MARKABLE = `<markable xmlns='${NS.CHAT_MARKERS}'/>`;

/** Everything up to the message `id` has been displayed (XEP-0333 §5), as XML text. */
export function renderDisplayed(id: string): string {
  return `<displayed xmlns='${NS.CHAT_MARKERS}' id='${xmlAttr(id)}'/>`;
}
