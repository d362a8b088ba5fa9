import { NS } from '../../xmpp/namespace.js';
import { readRoster } from '../../xmpp/roster.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { IqHandler } from '../iq-router.js';
import type { People } from './people.js';

/**
 * Roster pushes of a server that grants access to rosters (XEP-0356 §4.4): from the bare JID of the user, which no
 * client of his can send from. Answered with an empty result.
 */
export function rosterPushHandler(people: Pick<People, 'rosterPushed'>): IqHandler {
  return {
    ns: NS.ROSTER,
    name: 'query',
    targets: ['service'],
    serversOnly: true,
    set: ({ from, account, payload }) => {
      const taken =
        from.resource === '' && account?.registered && people.rosterPushed(account, readRoster(payload));
      if (!taken) throw new StanzaError('service-unavailable');
      return undefined;
    },
  };
}
