import type { DataForm } from '../../xmpp/xep/0004-data-forms/data-form.js';
import { type DataPolicy, dataPolicyForm } from '../../xmpp/xep/0504-data-policy/data-policy.js';
import type { InfoContext } from './service-info.js';

/** What an operator says of data, beside what follows from his settings. */
export interface DataPolicyOptions {
  /** Longest time that messages or files are kept, in hours. */
  readonly retentionHours: number;
  /** URI of the gateway's terms of service. */
  readonly terms: string | undefined;
  /** How data travels between the gateway and the network. */
  readonly transmission: DataPolicy['data_transmission'] | undefined;
  /** Such as `TLSv1.3`. */
  readonly encryption: string | undefined;
  /** How long the network keeps data: hours, `infinite` or `unknown`. */
  readonly networkRetention: string;
  /** URI of the network's terms of service. */
  readonly networkTerms: string | undefined;
}

/** What becomes of data at the gateway, and at the network behind it (B17, XEP-0504). */
export function dataPolicyForms({ gateway, options }: InfoContext): readonly DataForm[] {
  const { retentionHours, terms, transmission, encryption, networkRetention, networkTerms } =
    options.dataPolicy;
  const asksSecrets = gateway.registrationForm(undefined).fields.some(({ type }) => type === 'secret');
  const own: DataPolicy = {
    auth_data: asksSecrets ? 'plain' : 'no_auth',
    ...(transmission !== undefined && { data_transmission: transmission }),
    ...(encryption !== undefined && { encryption_algorithm: encryption }),
    data_retention: String(retentionHours),
    // Secrets and waiting messages are encrypted; what was said in rooms is not.
    encryption_at_rest: false,
    full_erasure: true,
    access_policy: ['admins'],
    ...(terms !== undefined && { tos: terms }),
  };
  const network: DataPolicy = {
    data_retention: networkRetention,
    ...(networkTerms !== undefined && { tos: networkTerms }),
  };
  return [dataPolicyForm(own), dataPolicyForm(network, { category: 'gateway', type: gateway.identityType })];
}
