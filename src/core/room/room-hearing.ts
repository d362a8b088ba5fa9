import type { ContactId } from '../../gateway/ids.js';
import type { Account } from '../account/account.js';
import type { Screening } from '../screening/screening.js';

/**
 * What the user has decided about somebody who says or does something in a room; to be asked when that has been read.
 * The people of a room need not be let in one by one.
 */
export function standingOf(
  screening: Pick<Screening, 'opened'>,
  account: Account,
  { own, contact }: { readonly own?: boolean; readonly contact?: ContactId },
): 'heard' | 'muted' | 'blocked' {
  if (own || contact === undefined) return 'heard';
  const record = screening.opened(account)?.get(contact);
  if (record?.blocked) return 'blocked';
  return record !== undefined && record.mutedUntil > Date.now() ? 'muted' : 'heard';
}
