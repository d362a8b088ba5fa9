import type { ContactPresence } from '../../../src/gateway/contact.js';
import type { TgStatus } from '../client/model.js';

/**
 * How long somebody who went stays there (ms): telephones say that they are gone whenever another program is looked
 * at, and a minute later they are back. Also how late the server may be with saying that somebody is still there.
 */
const SETTLE = 60_000;
/** An `online` that claims more than this from now (ms) is looked at again then; Telegram's own lasts five minutes. */
const LONGEST = 600_000;

/** A person's availability, and when it is to be looked at again if nothing new is heard (UTC milliseconds). */
export interface TimedPresence {
  readonly presence: ContactPresence;
  readonly again?: number;
}

/**
 * Telegram's status as availability.
 *
 * - `online` is `online`, until a while after what the server said.
 * - `offline` is `offline` with the time that XEP-0012 and unavailable presence can tell; not `away` with an idle time
 *   (XEP-0319): that is for somebody whose client is on, and would keep the whole list lit for ever.
 * - `recently` is somebody within some days who hides the time. He may well be there now, nobody can know: `away`, and
 *   no time, since each would be wrong. It never changes with his coming and going.
 * - Everything older is `offline`.
 */
export function presenceOf(status: TgStatus, now: number): TimedPresence {
  switch (status.kind) {
    case 'online':
      return lastHeard(status.until, now);
    case 'offline':
      return lastHeard(status.since, now);
    case 'recently':
      return { presence: { show: 'away' } };
    case 'last-week':
    case 'last-month':
    case 'unknown':
      return { presence: { show: 'offline' } };
    default:
      return status satisfies never;
  }
}

function lastHeard(time: number, now: number): TimedPresence {
  if (!Number.isFinite(time) || time <= 0) return { presence: { show: 'offline' } };
  if (now < time + SETTLE)
    return { presence: { show: 'online' }, again: Math.min(time + SETTLE, now + LONGEST) };
  return { presence: { show: 'offline', lastSeen: time } };
}
