import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { parseModeration } from '../../xmpp/xep/0425-moderated-retraction/moderation.js';
import type { ArchiveReader } from '../history/archive-reader.js';
import type { IqHandler } from '../iq-router.js';
import type { Moderations } from '../room/moderations.js';
import type { PersonalRoomEvents } from '../room/personal-room-events.js';
import type { RoomPictures } from '../room/room-pictures.js';
import { presence } from './admin-handler.js';
import { selfEntry } from './asker.js';
import { mayManage } from './standing.js';

/** What rooms of networks that store are asked for by IQ. */
export interface PersonalRoomParts {
  readonly moderations: Moderations;
  readonly inward: Pick<PersonalRoomEvents, 'handle'>;
  readonly pictures: RoomPictures;
  readonly archives: Pick<ArchiveReader, 'page'>;
}

/**
 * A moderator takes away what somebody has said (XEP-0425, I13); the result follows what the room is told. Only where
 * the network can, in rooms that are an account's own: others have no ids of the network's.
 */
export function moderationHandler({
  moderations,
  inward,
}: Pick<PersonalRoomParts, 'moderations' | 'inward'>): IqHandler {
  return {
    ns: NS.MODERATE,
    name: 'moderate',
    targets: ['room'],
    set: async (request) => {
      const { session, rooms, occupancy } = presence(request);
      const self = selfEntry(occupancy);
      if (!rooms.moderate) throw new StanzaError('feature-not-implemented', { type: 'cancel' });
      if (!self || !mayManage(occupancy)) throw new StanzaError('forbidden');
      const { account, room } = occupancy;
      const wanted = { ...parseModeration(request.payload), by: self.resource };
      await moderations.moderate(account, session, room.id, wanted, (id, moderation) => {
        const message = { id, own: false };
        return inward.handle(account, {
          type: 'room-message-retracted',
          room: room.id,
          message,
          ...moderation,
        });
      });
      return undefined;
    },
  };
}
