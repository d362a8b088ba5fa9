import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { type DataForm, dataFormElement, parseDataForm } from '../0004-data-forms/data-form.js';

/** The elements of plain registration (XEP-0077 §14.1) that gateways use. */
export type RegisterFieldName = 'username' | 'nick' | 'password' | 'name' | 'email' | 'phone';

const FIELD_NAMES: ReadonlySet<string> = new Set<RegisterFieldName>([
  'username',
  'nick',
  'password',
  'name',
  'email',
  'phone',
]);

/** What is asked of the user, and whether he is registered. */
export interface RegisterQuery {
  readonly registered: boolean;
  readonly instructions: string;
  /** Plain fields in the order of the schema; the value is what is on record. */
  readonly fields: readonly { readonly name: RegisterFieldName; readonly value?: string }[];
  readonly form?: DataForm;
  /** Goes beside the form, such as what its pictures are made of (XEP-0231). */
  readonly attached?: readonly XmlElement[];
}

/** The `<query/>` that answers a get (XEP-0077 §3.1, §4). */
export function registerResult(query: RegisterQuery): XmlElement {
  return el(
    'query',
    NS.REGISTER,
    null,
    query.registered && el('registered', NS.REGISTER),
    el('instructions', NS.REGISTER, null, query.instructions),
    ...query.fields.map((field) => el(field.name, NS.REGISTER, null, field.value)),
    query.form && dataFormElement(query.form),
    ...(query.attached ?? []),
  );
}

/** What a set asks for. */
export type RegisterRequest =
  | { readonly kind: 'remove' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'form'; readonly form: DataForm }
  | { readonly kind: 'plain'; readonly values: ReadonlyMap<string, string> };

/**
 * Reads the `<query/>` of a set. A form wins over plain fields beside it (XEP-0077 §6). Undefined for what is
 * a bad request: `<remove/>` with siblings (§3.2), a form of a wrong type, nothing at all.
 */
export function parseRegisterRequest(query: XmlElement): RegisterRequest | undefined {
  const children = query.elements();
  if (query.child('remove', NS.REGISTER)) return children.length === 1 ? { kind: 'remove' } : undefined;
  const x = query.child('x', NS.DATA);
  if (x) {
    const form = parseDataForm(x);
    if (form?.type === 'cancel') return { kind: 'cancel' };
    return form?.type === 'submit' ? { kind: 'form', form } : undefined;
  }
  const values = new Map<string, string>();
  for (const child of children) {
    if (child.ns === NS.REGISTER && FIELD_NAMES.has(child.name)) values.set(child.name, child.text());
  }
  return children.length === 0 ? undefined : { kind: 'plain', values };
}
