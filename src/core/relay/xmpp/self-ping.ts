import { el } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import type { Seat } from './seat.js';
import type { XmppLegServices } from './xmpp-leg-options.js';

/** Errors by which the room says that one is in (XEP-0410 §3.3). */
const STILL_IN: ReadonlySet<string> = new Set([
  'service-unavailable',
  'feature-not-implemented',
  'item-not-found',
]);
/** Errors that say nothing of it. */
const UNSURE: ReadonlySet<string> = new Set([
  'remote-server-timeout',
  'remote-server-not-found',
  'resource-constraint',
]);

/** XEP-0410: whether a seat is known to be out. A way that is broken says nothing. Never rejects. */
export async function isOutside(
  seat: Seat,
  room: string,
  request: XmppLegServices['request'],
): Promise<boolean> {
  const { nick } = seat;
  try {
    await request('get', seat.address, `${room}/${nick}`, el('ping', NS.PING));
    return false;
  } catch (error) {
    const condition = error instanceof StanzaError ? error.condition : '';
    if (condition === '' || STILL_IN.has(condition) || UNSURE.has(condition)) return false;
    // It has gone, or been called otherwise, while it was asked.
    return seat.joined && seat.nick === nick;
  }
}
