import type { XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Somebody wants one to come into a room. */
export interface ReceivedInvitation {
  /** Its address as it was written; of a mediated one, the address that the message is from. */
  readonly room: string;
  /** Whether the room itself brings it (XEP-0045 §7.8.2), and not a person (XEP-0249). */
  readonly mediated: boolean;
  /** Who invites, as the room says; of a direct one, the address that the message is from. Unchecked. */
  readonly inviter: string;
  readonly password?: string;
}

/** The invitation in a message, if there is one. Rooms put a direct one beside their own for old clients: theirs counts. */
export function readInvitation(stanza: XmlElement): ReceivedInvitation | undefined {
  const { type, from = '' } = stanza.attrs;
  if (stanza.name !== 'message' || type === 'error' || type === 'groupchat') return undefined;
  const user = stanza.child('x', NS.MUC_USER);
  const invite = user?.child('invite', NS.MUC_USER);
  if (invite) {
    const password = user?.childText('password', NS.MUC_USER);
    const room = { room: from, mediated: true, inviter: invite.attrs.from ?? '' };
    return { ...room, ...(password && { password }) };
  }
  const { jid, password } = stanza.child('x', NS.CONFERENCE)?.attrs ?? {};
  if (jid === undefined) return undefined;
  return { room: jid, mediated: false, inviter: from, ...(password && { password }) };
}
