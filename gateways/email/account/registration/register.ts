import { GatewayError } from '../../../../src/gateway/error.js';
import type { FormStep, FormValues, Step } from '../../../../src/gateway/form.js';
import type { AccountChange, AccountView, UserView } from '../../../../src/gateway/gateway.js';
import type { Text } from '../../../../src/gateway/text.js';
import { mailAddress } from '../../mail/mail-address.js';
import { settingsOf } from '../settings.js';
import { registerMailbox } from './mailbox-steps.js';
import { finished, type Registrant, type RegistrationContext, Tries } from './registrant.js';
import { registrationForm, wayOf, waysOf } from './registration-form.js';

/**
 * Checks the first stage, and asks for what its way needs besides.
 * @throws {GatewayError} `network-unreachable` when a server says neither yes nor no (C07), `nick-in-use` for an address
 *   that somebody has (C08)
 */
export async function register(
  context: RegistrationContext,
  values: FormValues,
  account: AccountView | undefined,
  user: UserView,
  tries = new Tries(context.options.accounts.tries),
): Promise<Step<AccountChange>> {
  const { password: _never, ...shown } = values;
  const again = (problem: Text): FormStep<AccountChange> => ({
    kind: 'form',
    form: registrationForm(context, account, shown),
    problem,
    submit: (next) => register(context, next, account, user, tries),
  });
  const wanted = values.way || wayOf(context, account);
  const way = waysOf(context).find((offered) => offered === wanted);
  if (way === undefined) return again({ key: 'email-way-not-offered' });
  const known = settingsOf(account);
  let domainAddress: string | undefined;
  if (way !== 'mailbox') {
    const found = await domainAddressFor(context, values.local || known.domainAddress, account, user);
    if ('problem' in found) return again(found.problem);
    domainAddress = found.address;
  }
  const name = (values.name ?? known.name ?? '').trim();
  const registrant: Registrant = {
    ...{ context, account, user, domainAddress, tries, again },
    name: name === '' ? undefined : name,
  };
  if (way === 'domain') return finished(registrant, undefined, {});
  const typed = values.address || known.mailbox?.address;
  if (typed === undefined) return again({ key: 'email-address-needed' });
  const address = mailAddress(typed.trim());
  if (address === undefined) return again({ key: 'email-bad-address' });
  if (address.endsWith(`@${context.options.domain?.name}`)) return again({ key: 'email-mailbox-of-domain' });
  return registerMailbox(registrant, {
    address,
    password: values.password ?? '',
    manual: values.manual === '1',
  });
}

async function domainAddressFor(
  { options, addresses }: RegistrationContext,
  typed: string | undefined,
  account: AccountView | undefined,
  user: UserView,
): Promise<{ readonly address: string } | { readonly problem: Text }> {
  const byJid = options.domain?.addresses === 'jid';
  const address = byJid ? addresses?.byJid(user.userAddress) : addresses?.chosen(typed ?? user.suggestedName);
  if (addresses === undefined || address === undefined)
    return { problem: byJid ? { key: 'email-no-address-for-user' } : { key: 'email-bad-local' } };
  const owner = await addresses.ownerOf(address);
  const own = owner !== undefined && owner === account?.id;
  if (!own && !(await addresses.isFree(address, user.userAddress)))
    throw new GatewayError('nick-in-use', { key: 'email-address-taken', args: { address } });
  return { address };
}
