import { NS } from '../../namespace.js';
import { type DataField, type DataForm, formTypeField } from '../0004-data-forms/data-form.js';

/** What becomes of data at one place (XEP-0504 §3); what is left out is not told. */
export interface DataPolicy {
  readonly auth_data?: 'no_auth' | 'plain' | 'hidden' | 'restricted';
  /** How data travels between the gateway and the network. */
  readonly data_transmission?: 'plain' | 'encrypted' | 'e2e' | 'gre';
  /** Such as `TLSv1.3`. */
  readonly encryption_algorithm?: string;
  /** Hours, `infinite` or `unknown`. */
  readonly data_retention?: string;
  readonly encryption_at_rest?: boolean;
  /** Users can erase their accounts with all that belongs to them. */
  readonly full_erasure?: boolean;
  readonly access_policy?: readonly string[];
  /** URI. */
  readonly tos?: string;
}

/** The form for disco#info of the service itself, or of the network of an identity behind it. */
export function dataPolicyForm(
  policy: DataPolicy,
  identity?: { readonly category: string; readonly type: string },
): DataForm {
  const scope = identity
    ? NS.DATA_POLICY.replace(/:0$/, `:identity:${identity.category}:${identity.type}:0`)
    : NS.DATA_POLICY;
  const fields = Object.entries(policy).flatMap(([name, value]) => fieldOf(name, value));
  return { type: 'result', fields: [formTypeField(scope), ...fields] };
}

const CHOICES: ReadonlySet<string> = new Set(['auth_data', 'data_transmission']);

function fieldOf(name: string, value: DataPolicy[keyof DataPolicy]): DataField[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [{ var: name, type: 'boolean', values: [value ? '1' : '0'] }];
  if (typeof value !== 'string') return [{ var: name, type: 'list-multi', values: value }];
  return [{ var: name, type: CHOICES.has(name) ? 'list-single' : 'text-single', values: [value] }];
}
