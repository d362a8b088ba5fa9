import type { XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { formTypeOf, parseDataForm } from '../0004-data-forms/data-form.js';

/** Whether a message asks for voice, or answers such a request (XEP-0045 §7.13, §8.6). */
export function isVoiceRequest(message: XmlElement): boolean {
  const x = message.child('x', NS.DATA);
  const form = x && parseDataForm(x);
  return form !== undefined && formTypeOf(form) === NS.MUC_REQUEST;
}
