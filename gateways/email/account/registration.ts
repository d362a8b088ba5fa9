import type { Form, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView, UserView } from '../../../src/gateway/gateway.js';
import type { EmailContext } from '../context.js';
import { mailAddress } from '../mail/mail-address.js';
import { settingsOf } from './settings.js';

/** The registration form with what is on record. */
export function registrationForm(_context: EmailContext, account: AccountView | undefined): Form {
  const { domainAddress } = settingsOf(account);
  return {
    title: { key: 'email-registration-title' },
    fields: [
      {
        name: 'address',
        type: 'text',
        label: { key: 'email-field-address' },
        legacy: 'email',
        required: true,
        ...(domainAddress !== undefined && { value: domainAddress }),
      },
    ],
  };
}

/** Checks submitted values. */
export async function register(
  context: EmailContext,
  values: FormValues,
  account: AccountView | undefined,
  user: UserView,
): Promise<Step<AccountChange>> {
  const address = mailAddress(values.address ?? '');
  if (address === undefined)
    return {
      kind: 'form',
      form: registrationForm(context, account),
      problem: { key: 'email-bad-address' },
      submit: (again) => register(context, again, account, user),
    };
  return { kind: 'done', result: { settings: { ...account?.settings, domainAddress: address } } };
}
