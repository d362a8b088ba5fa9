import type { OutboundMessage } from '../../gateway/message.js';
import type { Session } from '../../gateway/session.js';
import type { RoomTrace } from '../../store/store.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import type { Account } from '../account/account.js';
import type { Peer } from '../delivery/peer.js';
import type { UserMessage } from './read-message.js';

/** What a message becomes in a room of the user's own when the outbox takes it. */
export interface Placed {
  /** The id that the room gives to it; ids rise in the order in which messages are taken. */
  readonly id: string;
  readonly trace?: RoomTrace;
}

/** A room of the user's own, to one message of his. */
export interface Place {
  /** Has the message taken, in the room's order, and shows it to all who are there. Rejects with what `submit` does. */
  take(submit: (placed: Placed) => Promise<void>): Promise<void>;
}

/** One message of a user to a person, or in a room, on its way. */
export interface Letter {
  readonly account: Account;
  readonly peer: Peer;
  readonly stanza: XmlElement;
  /** The client that wrote it. */
  readonly from: Jid;
  readonly session: Session;
  readonly message: UserMessage;
  /** Where it is said in a room. */
  readonly place?: Place;
}

/** The ids that a client may name its message by: the stanza's own first, then its origin-id (F22). */
export function idsOf({ stanza, message }: Letter): readonly string[] {
  const ids = [stanza.attrs.id, message.originId];
  return [...new Set(ids.filter((id) => id !== undefined && id !== ''))] as string[];
}

/** What every network is told of a message. */
export function toOutbound({ text = '', action, unstyled, subject, thread }: UserMessage): OutboundMessage {
  return {
    text,
    ...(action && { action }),
    ...(unstyled && { unstyled }),
    ...(subject !== undefined && { subject }),
    ...(thread !== undefined && { thread }),
  };
}
