import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { vcardElement } from '../../xmpp/xep/0054-vcard-temp/vcard.js';
import type { DomainContext } from '../domain.js';
import type { IqHandler } from '../iq-router.js';
import type { RoomFaces } from '../room/room-faces.js';
import type { RoomPictures } from '../room/room-pictures.js';
import { roomOf } from './asker.js';

/** The card of a room with its picture (XEP-0486 §3.4), to accounts that have it: in it, or on their list. */
export function roomCardHandler(
  { gateway }: Pick<DomainContext, 'gateway'>,
  faces: RoomFaces,
  pictures: RoomPictures,
): IqHandler {
  return {
    ns: NS.VCARD,
    name: 'vCard',
    targets: ['room'],
    get: async (request) => {
      const { account } = request;
      const id = roomOf(request);
      const face = account && faces.of(account, id);
      if (!face) throw new StanzaError('item-not-found');
      const picture = await pictures.picture(account, id);
      return vcardElement({
        formattedName: face.name ?? gateway.addresses.format({ kind: 'room', id }),
        ...(face.description !== undefined && { description: face.description }),
        ...(picture && { photo: picture.data }),
      });
    },
    set: () => {
      throw new StanzaError('forbidden');
    },
  };
}
