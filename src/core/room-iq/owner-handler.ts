import type { Text } from '../../gateway/text.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { ownerResult, parseOwnerRequest } from '../../xmpp/xep/0045-muc/owner.js';
import type { DomainContext } from '../domain.js';
import type { IqHandler } from '../iq-router.js';
import type { Occupancy } from '../room/occupancy.js';
import type { RoomFaces } from '../room/room-faces.js';
import { presence } from './admin-handler.js';
import { configForm, configuredChanges } from './config-form.js';
import { mayConfigure } from './standing.js';

/** The settings of rooms (XEP-0045 §10; I30, I32, I33). */
export function ownerHandler(context: DomainContext, faces: RoomFaces): IqHandler {
  const inWords = (text: Text, lang: string) => ({ text: context.translator.say(text, lang), lang });
  const faceOf = ({ account, room }: Occupancy) => faces.of(account, room.id) ?? {};
  return {
    ns: NS.MUC_OWNER,
    name: 'query',
    targets: ['room'],
    get: (request) => {
      const { rooms, occupancy } = presence(request);
      requireRight(occupancy);
      return rooms.configure
        ? ownerResult(configForm(occupancy.room, faceOf(occupancy), context.translator, request.language))
        : ownerResult();
    },
    set: async (request) => {
      const { rooms, occupancy } = presence(request);
      requireRight(occupancy);
      const asked = parseOwnerRequest(request.payload);
      if (asked.kind === 'cancel') return undefined;
      if (asked.kind === 'destroy') {
        throw new StanzaError('not-allowed', inWords({ key: 'error-room-not-destroyed' }, request.language));
      }
      const changes = configuredChanges(asked.form, occupancy.room, faceOf(occupancy));
      // A submit without changes, such as that of a client that has just made the room, is fine (§10.1.2).
      if (Object.keys(changes).length === 0) return undefined;
      if (!rooms.configure) {
        const words = inWords({ key: 'error-room-fixed' }, request.language);
        throw new StanzaError('feature-not-implemented', words);
      }
      await rooms.configure(occupancy.room.id, changes);
      return undefined;
    },
  };
}

function requireRight(occupancy: Occupancy): void {
  if (!mayConfigure(occupancy)) throw new StanzaError('forbidden');
}
