import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { discoItemsResult } from '../../xmpp/xep/0030-service-discovery/disco.js';
import { parsePageRequest } from '../../xmpp/xep/0059-result-set-management/result-set.js';
import { slicePage } from '../../xmpp/xep/0059-result-set-management/slice.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import { seatedOccupancyOf, visibleEntry } from './asker.js';

/** Occupants in one answer, so that it stays far below what servers take in a stanza (S11). */
const MAX_OCCUPANTS_PER_PAGE = 200;

/** disco#items on rooms and occupants: who is there, for those who are there (XEP-0045 §6.5, §6.6; H07). */
export function roomItemsHandler(): IqHandler {
  return {
    ns: NS.DISCO_ITEMS,
    name: 'query',
    targets: ['room', 'occupant'],
    get: (request) => {
      if (request.target.kind === 'occupant') return itemsOfOccupant(request, request.target.nick);
      if (request.payload.attrs.node) throw new StanzaError('item-not-found');
      return occupants(request);
    },
  };
}

function occupants(request: IqRequest): IqAnswer {
  const occupancy = seatedOccupancyOf(request);
  if (!occupancy) return discoItemsResult([]);
  const { jid } = occupancy.room;
  const items = [...occupancy.visible()].map(({ resource }) => ({ jid: `${jid}/${resource}` }));
  items.sort((a, b) => (a.jid < b.jid ? -1 : 1));
  const asked = parsePageRequest(request.payload);
  const page = slicePage(items, (item) => item.jid, asked ?? {}, MAX_OCCUPANTS_PER_PAGE);
  // A page that was not asked for is told only where the list was cut.
  const cut = asked !== undefined || page.items.length < items.length;
  return discoItemsResult(page.items, undefined, ...(cut ? [page.set] : []));
}

function itemsOfOccupant(request: IqRequest, nick: string): IqAnswer {
  const occupancy = seatedOccupancyOf(request);
  if (!occupancy) throw new StanzaError('bad-request');
  if (!visibleEntry(occupancy, nick) || request.payload.attrs.node) throw new StanzaError('item-not-found');
  return discoItemsResult([]);
}
