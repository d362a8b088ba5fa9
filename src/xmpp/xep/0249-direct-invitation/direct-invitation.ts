import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Invites into a room (XEP-0249 §2); `password` only where the room has one. */
export function directInvitation(invitation: {
  readonly room: string;
  readonly reason?: string;
  readonly password?: string;
}): XmlElement {
  const { room, reason, password } = invitation;
  return el('x', NS.CONFERENCE, { jid: room, reason, password });
}
