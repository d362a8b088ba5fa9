import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomsFacet } from '../../../src/gateway/session.js';
import type { TgClient } from '../client/client.js';
import type { PeerId } from '../client/model.js';

/** What changing groups needs. */
export interface ModerationServices {
  /** @throws {GatewayError} while there is no connection */
  client(): TgClient;
  me(): PeerId;
}

type Moderation = Pick<
  RoomsFacet,
  'setSubject' | 'kick' | 'setRole' | 'setAffiliation' | 'listAffiliation' | 'invite'
>;

/** Changing what a group is and who is in it. */
export function moderation(_services: ModerationServices): Moderation {
  const cannot = async (): Promise<never> => {
    throw new GatewayError('unsupported', { key: 'telegram-room-cannot' });
  };
  return {
    ...{ setSubject: cannot, kick: cannot, setRole: cannot, setAffiliation: cannot },
    ...{ listAffiliation: async () => [], invite: cannot },
  };
}
