import type { ContactId } from '../../gateway/ids.js';
import type { OutboundMessage, Target } from '../../gateway/message.js';
import type { Session } from '../../gateway/session.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import type { Account } from '../account/account.js';
import type { UserMessage } from './read-message.js';

/** One message of a user to a person, on its way. */
export interface Letter {
  readonly account: Account;
  readonly contact: ContactId;
  readonly target: Target;
  readonly stanza: XmlElement;
  /** The client that wrote it. */
  readonly from: Jid;
  readonly session: Session;
  readonly message: UserMessage;
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
