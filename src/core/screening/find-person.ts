import type { ContactId } from '../../gateway/ids.js';
import { JidMalformedError, parseJid } from '../../xmpp/jid.js';
import { unescapeLocal } from '../../xmpp/jid-escaping.js';
import type { Account } from '../account/account.js';
import type { ContactBook } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import { typedAddress } from '../service/typed-address.js';

/**
 * The person that a user means: by the name in his list where it is the only one, by the address here, or by whatever
 * the network lets people be named. Undefined when it is nobody's: no guess. Rejects with GatewayError when the network
 * cannot be asked.
 */
export async function findPerson(
  context: Pick<DomainContext, 'options' | 'gateway'>,
  account: Account,
  book: ContactBook,
  input: string,
): Promise<ContactId | undefined> {
  const wanted = input.trim();
  const known = personAt(context, wanted) ?? byName(book, wanted);
  if (known !== undefined) return known;
  const typed = await typedAddress(context, wanted, account);
  return typed?.kind === 'contact' ? typed.id : undefined;
}

/** The person of an address here; undefined when it is none. */
export function personAt(
  { options, gateway }: Pick<DomainContext, 'options' | 'gateway'>,
  input: string,
): ContactId | undefined {
  try {
    const jid = parseJid(input.replace(/^xmpp:/i, ''));
    if (jid.domain !== options.domain || jid.local === '') return undefined;
    const address = gateway.addresses.parse(unescapeLocal(jid.local));
    return address?.kind === 'contact' ? address.id : undefined;
  } catch (error) {
    if (error instanceof JidMalformedError) return undefined;
    throw error;
  }
}

function byName(book: ContactBook, input: string): ContactId | undefined {
  const name = input.toLowerCase();
  let found: ContactId | undefined;
  for (const record of book.all()) {
    if (record.name.toLowerCase() !== name) continue;
    if (found !== undefined) return undefined;
    found = record.contact as ContactId;
  }
  return found;
}
