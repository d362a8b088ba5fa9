import type { Field, Form, FormValues } from '../../../../src/gateway/form.js';
import type { AccountView } from '../../../../src/gateway/gateway.js';
import type { Text } from '../../../../src/gateway/text.js';
import { PASSWORD, settingsOf } from '../settings.js';
import type { RegistrationContext } from './registrant.js';

/** A mailbox elsewhere, an address of the gateway's domain, or both. */
export type Way = 'mailbox' | 'domain' | 'both';

/** The ways that the operator offers. */
export function waysOf({ options }: RegistrationContext): readonly Way[] {
  const { accounts, domain } = options;
  if (!accounts.allowed) return domain ? ['domain'] : [];
  return domain ? ['mailbox', 'domain', 'both'] : ['mailbox'];
}

/** What the user has, or would get if he said nothing. */
export function wayOf(context: RegistrationContext, account: AccountView | undefined): Way | undefined {
  const { mailbox, domainAddress } = settingsOf(account);
  const ways = waysOf(context);
  const known = mailbox ? (domainAddress === undefined ? 'mailbox' : 'both') : 'domain';
  return account?.registered && ways.includes(known) ? known : ways[0];
}

const WAY_LABELS: Readonly<Record<Way, Text>> = {
  mailbox: { key: 'email-way-mailbox' },
  domain: { key: 'email-way-domain' },
  both: { key: 'email-way-both' },
};

/** First stage: which way, and what each needs at least. `values`: what was typed already, without secrets. */
export function registrationForm(
  context: RegistrationContext,
  account: AccountView | undefined,
  values: FormValues = {},
): Form {
  const { mailbox, domainAddress, name } = settingsOf(account);
  const ways = waysOf(context);
  const way = values.way ?? wayOf(context, account);
  const only = ways.length === 1;
  const { domain } = context.options;
  const choice: Field = {
    name: 'way',
    type: 'choice',
    label: { key: 'email-field-way' },
    ...(way !== undefined && { value: way }),
    options: ways.map((value) => ({ value, label: WAY_LABELS[value] })),
  };
  const own: readonly Field[] = [
    {
      ...text('address', values.address ?? mailbox?.address, { key: 'email-field-address' }),
      legacy: 'email',
      required: only,
    },
    {
      name: 'password',
      type: 'secret',
      label: { key: 'email-field-password' },
      legacy: 'password',
      required: only && !context.accounts.providers.haveOAuth && account?.secrets[PASSWORD] === undefined,
    },
  ];
  const local = text('local', values.local ?? domainAddress, {
    key: 'email-field-local',
    args: { domain: domain?.name ?? '' },
  });
  const manual: Field = {
    name: 'manual',
    type: 'boolean',
    label: { key: 'email-field-manual' },
    value: values.manual ?? '0',
  };
  const offersMailbox = ways.includes('mailbox');
  return {
    title: { key: 'email-registration-title' },
    instructions: { key: 'email-registration-instructions' },
    fields: [
      ...(ways.length > 1 ? [choice] : []),
      ...(offersMailbox ? own : []),
      ...(domain?.addresses === 'chosen' ? [{ ...local, ...(only && { required: true }) }] : []),
      { ...text('name', values.name ?? name, { key: 'email-field-name' }), legacy: 'name' },
      ...(offersMailbox ? [manual] : []),
    ],
  };
}

/** A line; without a value where there is none. */
export function text(name: string, value: string | undefined, label: Text): Field {
  return { name, type: 'text', label, ...(value !== undefined && value !== '' && { value }) };
}
