import type { Jid } from '../../xmpp/jid.js';
import type { DomainOptions } from '../domain.js';

/** Whether a person may use a gateway domain; by equality of prepared JIDs, never by suffix (S05). */
export type Admission = 'allowed' | 'not-allowed';

/** Who may use the domain at all, registered or not. */
export function admit(options: DomainOptions, from: Jid): Admission {
  if (options.deny.has(from.bare) || options.deny.has(from.domain)) return 'not-allowed';
  if (options.policy === 'closed') {
    return options.allow.has(from.bare) || options.allow.has(from.domain) ? 'allowed' : 'not-allowed';
  }
  const listed =
    options.userDomains.has(from.domain) || options.allow.has(from.bare) || options.allow.has(from.domain);
  return listed ? 'allowed' : 'not-allowed';
}
