import type { RoomsFacet, Session } from '../../gateway/session.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { adminListResult, parseAdminChanges, parseAdminList } from '../../xmpp/xep/0045-muc/admin.js';
import type { DomainContext } from '../domain.js';
import type { IqHandler, IqRequest } from '../iq-router.js';
import type { Occupancy } from '../room/occupancy.js';
import { applyChanges } from './admin-changes.js';
import { adminList } from './admin-lists.js';
import { occupancyOf } from './asker.js';

/** Roles and affiliations (XEP-0045 §8-9, I24-I29). The result follows the network's answer, never precedes it. */
export function adminHandler(context: DomainContext): IqHandler {
  return {
    ns: NS.MUC_ADMIN,
    name: 'query',
    targets: ['room'],
    get: async (request) => {
      const { session, occupancy } = presence(request);
      const list = parseAdminList(request.payload);
      return adminListResult(await adminList(context, session, occupancy, list));
    },
    set: async (request) => {
      const { rooms, occupancy } = presence(request);
      await applyChanges(context, rooms, occupancy, parseAdminChanges(request.payload));
      return undefined;
    },
  };
}

/** The account's place in the room, and its connection. @throws {StanzaError} `forbidden` to everybody else */
export function presence(request: IqRequest): { session: Session; rooms: RoomsFacet; occupancy: Occupancy } {
  const occupancy = occupancyOf(request);
  const session = request.account?.session;
  if (!occupancy || !session?.rooms) throw new StanzaError('forbidden');
  return { session, rooms: session.rooms, occupancy };
}
