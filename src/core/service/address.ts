import type { Address } from '../../gateway/address.js';
import { Jid, prepareLocal } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import type { DomainContext } from '../domain.js';

/** The bare JID of something on the network. @throws {JidMalformedError} when it is too long for a JID */
export function jidOf(context: Pick<DomainContext, 'gateway' | 'options'>, address: Address): string {
  const local = prepareLocal(escapeLocal(context.gateway.addresses.format(address)));
  return new Jid(local, context.options.domain, '').bare;
}
