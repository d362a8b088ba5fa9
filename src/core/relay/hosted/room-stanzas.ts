import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { conditionOf, StanzaError } from '../../../xmpp/stanza-error.js';
import { presenceTail } from '../../../xmpp/xep/0045-muc/render.js';
import { MUC_STATUS } from '../../../xmpp/xep/0045-muc/room-presence.js';
import type { HostedRoom, Seated } from './hosted-room.js';
import type { Session } from './occupants.js';
import type { RoomTalk } from './room-talk.js';

/** Bounces that mean that a client is gone (XEP-0045 §18.1.2); the last is what RFC 6121 §8.5.3.2 has servers say. */
const GHOST: ReadonlySet<string> = new Set([
  ...['gone', 'item-not-found', 'recipient-unavailable', 'redirect'],
  ...['remote-server-not-found', 'remote-server-timeout', 'service-unavailable'],
]);

/** A room that is open, and what is said in it. */
export interface Open {
  readonly room: HostedRoom;
  readonly talk: RoomTalk;
}

/** Whence, and where to. */
export interface Way {
  readonly from: Jid;
  readonly to: Jid;
  readonly kind: Session['kind'];
}

/** Presence, and messages, to a hosted room. @throws {StanzaError} or rejects with it */
export function takeStanza({ room, talk }: Open, stanza: XmlElement, way: Way): Promise<void> | undefined {
  const { from, to } = way;
  const seated = room.occupants.at(from.full);
  if (stanza.name === 'presence') {
    takePresence(room, seated, stanza, way);
    return undefined;
  }
  const { type } = stanza.attrs;
  if (type === 'error') {
    if (seated && !talk.whisperRefused(seated, to.resource, stanza)) bounced(room, seated, stanza);
    return undefined;
  }
  if (!seated) {
    // A refused invitation comes from somebody outside; nobody waits for the answer.
    if (stanza.child('x', NS.MUC_USER)?.child('decline')) return undefined;
    throw new StanzaError('not-acceptable', { type: 'cancel', by: room.jid.bare });
  }
  if (to.resource !== '') {
    talk.whisper(seated, to.resource, stanza);
    return undefined;
  }
  return type === 'groupchat' ? talk.say(seated, stanza) : talk.toRoom(seated, stanza);
}

function takePresence(
  room: HostedRoom,
  seated: Seated | undefined,
  stanza: XmlElement,
  { from, to, kind }: Way,
): void {
  const { type } = stanza.attrs;
  const { sink } = room.services;
  if (type === 'error') {
    if (seated) bounced(room, seated, stanza);
  } else if (type === 'unavailable') {
    const status = stanza.childText('status');
    if (seated) room.leave(seated, status === undefined ? {} : { status });
  } else if (type === 'subscribe') {
    sink.send(`<presence type='unsubscribed' from='${room.jidAttr}' to='${xmlAttr(from.bare)}'/>`);
  } else if (type !== undefined) return;
  else if (stanza.child('x', NS.MUC)) room.enter(from, to.resource, stanza, kind);
  else if (!seated) sink.send(turnAway(from, to));
  else if (to.resource !== '' && to.resource !== seated.occupant.nick) room.rename(seated, to.resource);
  else room.update(seated, stanza);
}

/** Not an implicit join: the client is told that it is out, in the way that makes it join again (XEP-0045 §7.2.18). */
function turnAway(from: Jid, to: Jid): string {
  const tail = presenceTail({
    unavailable: true,
    item: { affiliation: 'none', role: 'none' },
    codes: [MUC_STATUS.self, MUC_STATUS.kicked, MUC_STATUS.kickedByFault],
  });
  return `<presence from='${xmlAttr(to.full)}' to='${xmlAttr(from.full)}${tail}`;
}

function bounced(room: HostedRoom, seated: Seated, stanza: XmlElement): void {
  if (GHOST.has(conditionOf(stanza) ?? '')) room.leave(seated);
}
