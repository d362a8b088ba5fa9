import { NS } from '../../namespace.js';
import { type DataForm, formTypeField } from '../0004-data-forms/data-form.js';

/** The form of contact addresses (URIs by role: `abuse`, `admin`, …) for disco#info; undefined when there are none. */
export function serverInfoForm(contact: Readonly<Record<string, readonly string[]>>): DataForm | undefined {
  const fields = Object.entries(contact)
    .filter(([, addresses]) => addresses.length > 0)
    .map(([role, values]) => ({ var: `${role}-addresses`, type: 'list-multi' as const, values }));
  if (fields.length === 0) return undefined;
  return { type: 'result', fields: [formTypeField(NS.SERVERINFO), ...fields] };
}
