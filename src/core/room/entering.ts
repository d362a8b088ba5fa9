import type { ArchiveEntry } from '../../store/store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import {
  type Rendered,
  renderDelay,
  renderStanzaId,
  subjectPayload,
} from '../../xmpp/xep/0045-muc/render.js';
import { renderRoomPhoto } from '../../xmpp/xep/0153-vcard-avatars/photo.js';
import type { DomainContext } from '../domain.js';
import { withSelfCode } from './member-presence.js';
import { nickResource } from './nick-resource.js';
import type { Occupancy, Seat } from './occupancy.js';
import type { Room } from './room.js';
import { occupantAttr } from './room-events.js';

/** Presences sent in one go before looking whether the server keeps up. */
const PRESENCES_PER_LOOK = 100;

/** Live stanzas that may wait for a client that is still being shown the room; beyond it the oldest go. */
const HELD_MAX = 5_000;

/**
 * Shows a room to one client in the order of XEP-0045 §7.2.2: other occupants, the client itself with 110,
 * history, subject; live traffic waits until then.
 */
export async function showRoom(
  context: DomainContext,
  occupancy: Occupancy,
  seat: Seat,
  codes: readonly number[] = [],
  /** SHA-1 of the room's picture. */
  photo?: string,
): Promise<void> {
  const { room, account } = occupancy;
  const { sink } = context;
  const { toAttr } = seat;
  seat.held = [];
  const self = occupancy.self === undefined ? undefined : room.members.get(occupancy.self);
  let sent = 0;
  // Copied, because who comes while we wait below is told among the live events.
  for (const entry of [...occupancy.visible()]) {
    if (entry === self) continue;
    sink.send(entry.head + toAttr + entry.tail(room.traits.moderated));
    sent += 1;
    if (sent % PRESENCES_PER_LOOK === 0 && sink.congested) {
      await sink.drained();
      if (!occupancy.seats.includes(seat)) return;
    }
  }
  if (self) {
    const presence = withSelfCode(self, room, seat.full, [
      ...(self.jid === undefined ? [] : [100]),
      ...codes,
      ...(seat.requestedNick === self.resource ? [] : [210]),
    ]);
    sink.send(presence.head + toAttr + presence.tail);
  }
  if (photo) {
    const told = renderRoomPhoto(room.jidAttr, photo);
    sink.send(told.head + toAttr + told.tail);
  }
  const limit = Math.min(
    seat.history.maxStanzas ??
      (seat.history.since === undefined ? context.options.archive.history : Number.MAX_SAFE_INTEGER),
    context.options.archive.maxPage,
  );
  if (context.options.archive.enabled && limit > 0 && seat.history.maxChars !== 0) {
    try {
      const entries = await context.store.archive.history(
        account.record.id,
        room.key,
        limit,
        seat.history.since,
      );
      if (!occupancy.seats.includes(seat)) return;
      for (const xml of historyStanzas(room.jidAttr, toAttr, entries, seat.history.maxChars)) sink.send(xml);
    } catch (error) {
      context.log.warn(
        { err: error, room: room.jid },
        'history could not be read; the room is shown without it',
      );
    }
  }
  const subject = renderRoomSubject(room);
  sink.send(subject.head + toAttr + subject.tail);
  const held = seat.held ?? [];
  seat.held = undefined;
  for (const xml of held.slice(-HELD_MAX)) sink.send(xml);
}

/** Whole stanzas only, the newest that fit into `maxChars` (§7.2.14). */
function historyStanzas(
  roomAttr: string,
  toAttr: string,
  entries: readonly ArchiveEntry[],
  maxChars: number | undefined,
): string[] {
  const stanzas: string[] = [];
  let chars = 0;
  for (let i = entries.length - 1; i >= 0; i -= 1) {
    const entry = entries[i];
    if (entry?.type !== 'message') continue;
    const from = entry.nick === '' ? roomAttr : `${roomAttr}/${xmlAttr(entry.nick)}`;
    const xml =
      `<message from='${from}' to='${toAttr}' type='groupchat' id='${xmlAttr(entry.messageId)}'>${entry.payload}` +
      `${renderStanzaId(entry.id, roomAttr)}${renderDelay(roomAttr, entry.time)}</message>`;
    chars += xml.length;
    if (maxChars !== undefined && chars > maxChars) break;
    stanzas.push(xml);
  }
  return stanzas.reverse();
}

/** §7.2.15: exactly one subject, without body, empty if there is none. */
export function renderRoomSubject(room: Room): Rendered {
  const { subject } = room;
  // A display name: it has to become a resource first (S07).
  const nick = subject?.by && nickResource(subject.by, () => false);
  const from = nick ? occupantAttr(room, nick) : room.jidAttr;
  const delay = subject?.time === undefined ? '' : renderDelay(room.jidAttr, subject.time);
  return {
    head: `<message from='${from}' to='`,
    tail: `' type='groupchat'>${subjectPayload(subject?.text ?? '')}${delay}</message>`,
  };
}
