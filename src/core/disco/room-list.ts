import type { RoomListing } from '../../gateway/session.js';
import type { XmlElement } from '../../xmpp/element.js';
import { type DiscoItem, discoItemsResult } from '../../xmpp/xep/0030-service-discovery/disco.js';
import { type PageRequest, pageResultElement } from '../../xmpp/xep/0059-result-set-management/result-set.js';

/** Rooms in one answer, so that it stays far below what servers take in a stanza (S11). */
export const MAX_ROOMS_PER_PAGE = 200;

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
  const [start, end] = bounds(listed, page);
  const items = listed.slice(start, end);
  const first = items[0]?.jid;
  const last = items.at(-1)?.jid;
  const place = pageResultElement({
    count: listed.length,
    ...(first !== undefined && { index: start, first }),
    ...(last !== undefined && { last }),
  });
  return itemsOf(items, [place]);
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

function bounds(listed: readonly Listed[], { max, after, before }: PageRequest): [number, number] {
  const size = Math.min(max ?? MAX_ROOMS_PER_PAGE, MAX_ROOMS_PER_PAGE);
  if (before !== undefined) {
    const found = before === '' ? -1 : listed.findIndex(({ jid }) => jid >= before);
    const end = found < 0 ? listed.length : found;
    return [Math.max(0, end - size), end];
  }
  if (after === undefined) return [0, size];
  const found = listed.findIndex(({ jid }) => jid > after);
  const start = found < 0 ? listed.length : found;
  return [start, start + size];
}
