import type { OutboundMessage } from '../../gateway/message.js';
import type { RoomTrace } from '../../store/store.js';
import type { LinkedFile } from '../media/media.js';
import type { Peer } from './peer.js';

/** A message of the user that the gateway takes upon itself to deliver. */
export interface Outgoing {
  /** UUIDv7, rising within a conversation; the key of every try. */
  readonly id: string;
  readonly peer: Peer;
  /** Ids of the stanza: its own first, then its origin-id. At least one; an empty one where it had none. */
  readonly xmppIds: readonly string[];
  /** Full JID of the client that wrote it: errors and receipts go there. */
  readonly author: string;
  /** It asked for a receipt (XEP-0184). */
  readonly receipt: boolean;
  readonly message: Omit<OutboundMessage, 'key' | 'attachments'>;
  /** To be sent as attachments, or as links where they cannot be had; none where the network has no `media`. */
  readonly files: readonly LinkedFile[];
  /** What it leaves in a room, in the same transaction. */
  readonly trace?: RoomTrace;
}

/** One message in the outbox, as its user may see it. */
export interface QueuedMessage {
  readonly id: string;
  readonly peer: Peer;
  /** UTC milliseconds. */
  readonly since: number;
  /** UTC milliseconds; undefined while it is being sent, or waits for those before it. */
  readonly nextTry: number | undefined;
  /** The network has it, or may have it: it can no longer be cancelled. */
  readonly sending: boolean;
}
