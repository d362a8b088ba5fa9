import { createHash } from 'node:crypto';
import { el, type XmlElement } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';

/** Rooms that words may have been in: what has been in more goes round in a circle. */
export const MOST_HOPS = 8;
/** Rooms of another relay that are remembered. */
const MOST_ROOMS = 32;
/** Bytes of the hash of a room's address. */
const HASH_BYTES = 16;
const ROOM = /^[\w-]{22}$/;
const INSTANCE = /^[\w-]{1,64}$/;

/** What a relay says about what it tells in a room of XMPP, so that other relays know it for what it is. */
export interface Mark {
  /** Which gateway. */
  readonly instance: string;
  /** Words: where they have been, the first room first. The relay itself: which rooms it joins. */
  readonly rooms: readonly string[];
}

/** A room, for those who know it anyway. Pure. @param place its address, equal for all gateways that are in it */
export function roomMark(place: string): string {
  return createHash('sha256').update(place).digest().subarray(0, HASH_BYTES).toString('base64url');
}

/** The mark of words of somebody in another room, or of his stand-in. Pure. */
export function wordsMark({ instance, rooms }: Mark): XmlElement {
  return el('relayed', NS.RELAY, { instance }, ...rooms.map((room) => el('room', NS.RELAY, { id: room })));
}

/** The mark of the relay itself in a room. Pure. */
export function relayMark({ instance, rooms }: Mark): XmlElement {
  return el('relay', NS.RELAY, { instance }, ...rooms.map((room) => el('room', NS.RELAY, { id: room })));
}

/** Reads {@link wordsMark}; anything that is none is left out. Pure. */
export function readWordsMark(stanza: XmlElement): Mark | undefined {
  return read(stanza.child('relayed', NS.RELAY), MOST_HOPS + 1);
}

/** Reads {@link relayMark}. Pure. */
export function readRelayMark(stanza: XmlElement): Mark | undefined {
  return read(stanza.child('relay', NS.RELAY), MOST_ROOMS);
}

function read(mark: XmlElement | undefined, most: number): Mark | undefined {
  const instance = mark?.attrs.instance ?? '';
  if (!mark || !INSTANCE.test(instance)) return undefined;
  const ids = mark.childrenNamed('room', NS.RELAY).map(({ attrs }) => attrs.id ?? '');
  return { instance, rooms: ids.filter((id) => ROOM.test(id)).slice(0, most) };
}
