import type { ContactId, MemberId, PlaceId, RoomId } from '../../src/gateway/ids.js';

/** ASCII letters only: what JID preparation does to them, and nothing else is folded (E06). */
export function lowerAscii(text: string): string {
  // The runtime's own lower-casing is faster, and equal as long as the text is ASCII.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "all of ASCII"
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Brands: the one place where text becomes an id. */
export const asContactId = (text: string): ContactId => text as ContactId;
/** A room: channel and server. */
export const asRoomId = (text: string): RoomId => text as RoomId;
/** A server. */
export const asPlaceId = (text: string): PlaceId => text as PlaceId;
/** A folded nick. */
export const asMemberId = (text: string): MemberId => text as MemberId;
