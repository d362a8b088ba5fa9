import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { NS } from '../../../xmpp/namespace.js';
import { dataFormElement, formTypeField } from '../../../xmpp/xep/0004-data-forms/data-form.js';

/** Asks the moderators of a room for voice (XEP-0045 §7.13). */
export function renderVoiceRequest(from: string, room: string): string {
  const form = dataFormElement({
    type: 'submit',
    fields: [
      formTypeField(NS.MUC_REQUEST),
      { var: 'muc#role', type: 'list-single', values: ['participant'] },
    ],
  });
  return `<message from='${xmlAttr(from)}' to='${xmlAttr(room)}'>${form.toString(NS.COMPONENT)}</message>`;
}
