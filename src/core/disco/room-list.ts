import type { RoomListing } from '../../gateway/session.js';
import type { XmlElement } from '../../xmpp/element.js';
import { type DiscoItem, discoItemsResult } from '../../xmpp/xep/0030-service-discovery/disco.js';
import type { PageRequest } from '../../xmpp/xep/0059-result-set-management/result-set.js';
import { slicePage } from '../../xmpp/xep/0059-result-set-management/slice.js';

/** Rooms in one answer, so that it stays far below what servers take in a stanza (S11). */
const MAX_ROOMS_PER_PAGE = 200;

interface Listed extends DiscoItem {
  readonly name: string;
  readonly occupants: number;
}

/**
 * A page of a public list of rooms (XEP-0045 §6.3, XEP-0059). The order is that of the addresses, so that pages
 * fit together while rooms come and go; who asks for no page gets the rooms with most people.
 */
export function roomListResult(
  rooms: readonly RoomListing[],
  jidOf: (room: RoomListing) => string | undefined,
  page: PageRequest | undefined,
): XmlElement {
  const listed = rooms.flatMap((room) => {
    const jid = jidOf(room);
    const name = withoutSlash(`${room.name} (${room.occupants})`);
    return jid === undefined ? [] : { jid, name, occupants: room.occupants };
  });
  if (!page) {
    const busiest = listed.sort((a, b) => b.occupants - a.occupants).slice(0, MAX_ROOMS_PER_PAGE);
    return itemsOf(busiest, []);
  }
  listed.sort((a, b) => (a.jid < b.jid ? -1 : 1));
  const { items, set } = slicePage(listed, ({ jid }) => jid, page, MAX_ROOMS_PER_PAGE);
  return itemsOf(items, [set]);
}

/** A name with a look-alike for the slash, of which some clients make groups (Q11). */
export function withoutSlash(name: string): string {
  return name.replaceAll('/', '\u2215');
}

function itemsOf(listed: readonly Listed[], extra: readonly XmlElement[]): XmlElement {
  return discoItemsResult(
    listed.map(({ jid, name }) => ({ jid, name })),
    undefined,
    ...extra,
  );
}
