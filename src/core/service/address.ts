import type { Address } from '../../gateway/address.js';
import { Jid, JidMalformedError, prepareLocal } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { DomainContext } from '../domain.js';

type AddressContext = Pick<DomainContext, 'gateway' | 'options'>;

/** The bare JID of something on the network; undefined for a name that no JID can hold. */
export function findJid(context: AddressContext, address: Address): string | undefined {
  try {
    const local = prepareLocal(escapeLocal(context.gateway.addresses.format(address)));
    return new Jid(local, context.options.domain, '').bare;
  } catch (error) {
    if (error instanceof JidMalformedError) return undefined;
    throw error;
  }
}

/** As {@link findJid}. @throws {StanzaError} `jid-malformed` */
export function jidOf(context: AddressContext, address: Address): string {
  const jid = findJid(context, address);
  if (jid === undefined) throw new StanzaError('jid-malformed');
  return jid;
}
