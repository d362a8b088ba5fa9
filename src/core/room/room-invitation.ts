import { v7 as uuidv7 } from 'uuid';
import type { RoomMessage } from '../../gateway/event.js';
import { el } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import { directInvitation } from '../../xmpp/xep/0249-direct-invitation/direct-invitation.js';
import type { Account } from '../account/account.js';
import { sayMoment } from '../delivery/moment.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { Room } from './room.js';

/** UTF-16 units of a name as it is shown. */
const NAME_LENGTH = 100;

/** An invitation into a room in which something has been said, as a stanza with the id of it. */
export interface RoomInvitationStanza {
  readonly id: string;
  readonly xml: string;
}

/**
 * Invites a user into a room of his own where he misses something (I36): from the room, mediated (XEP-0045 §7.8.2)
 * and direct (XEP-0249), with words for clients that know neither.
 */
export function inviteToRead(
  context: DomainContext,
  account: Account,
  room: Room,
  event: RoomMessage,
): RoomInvitationStanza {
  const inviter = event.contact && findJid(context, { kind: 'contact', id: event.contact });
  const name = event.roomName ?? context.gateway.addresses.format({ kind: 'room', id: event.room });
  const args = {
    nick: shown(event.nick),
    room: shown(name),
    time: sayMoment(event.time ?? Date.now()),
  };
  const reason = context.translator.say({ key: 'room-invitation', args }, account.language);
  const id = uuidv7();
  const xml = el(
    'message',
    NS.COMPONENT,
    { from: room.jid, to: account.owner, id },
    el('body', NS.COMPONENT, null, reason),
    el(
      'x',
      NS.MUC_USER,
      null,
      el('invite', NS.MUC_USER, { from: inviter ?? room.jid }, el('reason', NS.MUC_USER, null, reason)),
    ),
    directInvitation({ room: room.jid, reason }),
  ).toString(NS.COMPONENT);
  return { id, xml };
}

function shown(name: string): string {
  return name.replace(/\s+/g, ' ').trim().slice(0, NAME_LENGTH);
}
