import { GatewayError } from '../../gateway/error.js';
import type { NetworkMessageId, RoomId } from '../../gateway/ids.js';
import type { Session } from '../../gateway/session.js';
import type { MessageRecord } from '../../store/message-store.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { ModerationRequest } from '../../xmpp/xep/0425-moderated-retraction/moderation.js';
import type { Account } from '../account/account.js';
import { isRetracted } from '../message/change-marks.js';
import { type MessageIds, referenceTo } from '../message/message-ids.js';

/** Who takes a message away, and why. */
export interface Moderation {
  /** Display name. */
  readonly by: string;
  readonly reason?: string;
}

/** Messages that the users themselves take away from rooms as moderators (I13). */
export class Moderations {
  /** By id of the message: the network may tell of it before it has answered. */
  readonly #running = new Map<string, Moderation>();

  constructor(private readonly ids: MessageIds) {}

  /** Who is taking this message away. */
  of({ id }: MessageRecord): Moderation | undefined {
    return this.#running.get(id);
  }

  /**
   * Has the network take a message away; resolves when `tell` has.
   * @throws {StanzaError} `item-not-found` for what is no message of the room, or is gone @throws {GatewayError}
   */
  async moderate(
    account: Account,
    session: Session,
    room: RoomId,
    request: ModerationRequest & { readonly by: string },
    tell: (message: NetworkMessageId, moderation: Moderation) => Promise<void> | undefined,
  ): Promise<void> {
    const { id, by, reason } = request;
    const record = await this.ids.named(account, { kind: 'room', id: room }, id);
    const reference = record && referenceTo(record);
    if (!record || !reference || isRetracted(record)) throw new StanzaError('item-not-found');
    const moderation: Moderation = { by, ...(reason !== undefined && { reason }) };
    this.#running.set(record.id, moderation);
    try {
      for (const networkId of record.networkIds) await takeAway(session, room, record, networkId, reason);
      await tell(reference.id, moderation);
    } finally {
      this.#running.delete(record.id);
    }
  }
}

/** What the user has said himself he takes back. */
function takeAway(
  { rooms, retractions }: Session,
  room: RoomId,
  { direction }: MessageRecord,
  networkId: string,
  reason: string | undefined,
): Promise<void> {
  const id = networkId as NetworkMessageId;
  if (direction !== 'in' && retractions) return retractions.retract({ kind: 'room', id: room }, id);
  if (!rooms?.moderate) throw new GatewayError('unsupported', { key: 'error-no-retract' });
  return rooms.moderate(room, id, reason);
}
