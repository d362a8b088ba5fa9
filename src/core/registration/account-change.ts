import type { AccountChange } from '../../gateway/gateway.js';
import type { AccountPatch } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/** Writes what a dialogue of the network changed, with what the core changes, in one update. */
export async function applyChange(
  context: Pick<DomainContext, 'accounts'>,
  account: Account,
  change: AccountChange,
  own: Pick<AccountPatch, 'registered' | 'language'> = {},
): Promise<void> {
  const patch: AccountPatch = {
    ...own,
    ...(change.settings && { settings: change.settings }),
    ...(change.secrets && { secrets: change.secrets }),
  };
  if (Object.keys(patch).length > 0) await context.accounts.update(account, patch);
}
