import { Readable } from 'node:stream';
import { el } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import type { LegPicture } from '../leg.js';
import type { Occupant } from './occupants.js';
import type { Head } from './room-ear.js';

/** Characters of base64; a larger picture is none for a card (XEP-0153 §3.1). */
const MOST_BASE64 = 700_000;

/** The picture of an occupant, which the room passes on from his card (XEP-0153); undefined: he shows none. */
export function pictureOf(
  { nick, photo }: Occupant,
  { room, seat, services }: Pick<Head, 'room' | 'seat' | 'services'>,
): LegPicture | undefined {
  if (!photo) return undefined;
  return {
    name: photo,
    open: async () => {
      const card = await services.request('get', seat.address, `${room}/${nick}`, el('vCard', NS.VCARD));
      const data = card.child('vCard', NS.VCARD)?.child('PHOTO')?.childText('BINVAL') ?? '';
      if (data === '' || data.length > MOST_BASE64) return undefined;
      return Readable.from(Buffer.from(data, 'base64'));
    },
  };
}
