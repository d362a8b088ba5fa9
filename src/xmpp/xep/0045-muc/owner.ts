import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { StanzaError } from '../../stanza-error.js';
import { type DataForm, dataFormElement, parseDataForm } from '../0004-data-forms/data-form.js';

/** What an owner asks for (XEP-0045 §10.1-10.2, §10.9). */
export type OwnerRequest =
  | { readonly kind: 'submit'; readonly form: DataForm }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'destroy' };

/** Reads a muc#owner set. @throws {StanzaError} `bad-request` */
export function parseOwnerRequest(query: XmlElement): OwnerRequest {
  if (query.child('destroy', NS.MUC_OWNER)) return { kind: 'destroy' };
  const x = query.child('x', NS.DATA);
  const form = x && parseDataForm(x);
  if (form?.type === 'cancel') return { kind: 'cancel' };
  if (form?.type === 'submit') return { kind: 'submit', form };
  throw new StanzaError('bad-request');
}

/** The `<query/>` of a muc#owner result: empty when there is nothing to configure (§10.2). */
export function ownerResult(form?: DataForm): XmlElement {
  return el('query', NS.MUC_OWNER, null, form && dataFormElement(form));
}
