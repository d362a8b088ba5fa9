import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { NS } from '../../../xmpp/namespace.js';
import {
  type Rendered,
  renderDelay,
  renderStanzaId,
  subjectPayload,
} from '../../../xmpp/xep/0045-muc/render.js';
import type { StanzaSink } from '../../domain.js';
import type { HistoryRequest } from '../../room/occupancy.js';
import type { Occupant, Session } from './occupants.js';
import type { RoomArchive } from './room-archive.js';
import type { RoomRecord } from './room-record.js';

/** Presences sent in one go before looking whether the server keeps up. */
const PRESENCES_PER_LOOK = 100;
/** Live stanzas that may wait for a client that is still being shown the room; beyond it the oldest go. */
export const HELD_MAX = 5_000;
/** UTF-16 units of what somebody shows of himself besides his name. */
const PAYLOAD_LENGTH = 8_000;
/** What only the room says (XEP-0045 §17.3, XEP-0421 §4), or the server. */
const ROOM_ONLY: ReadonlySet<string> = new Set([
  NS.MUC,
  NS.MUC_USER,
  NS.OCCUPANT_ID,
  NS.DELAY,
  NS.HATS,
  NS.STANZA_ERRORS,
]);

/** A room as it is shown to somebody who comes in. */
export interface ShownRoom {
  readonly jidAttr: string;
  readonly subject: RoomRecord['subject'];
  readonly others: readonly Occupant[];
  presence(other: Occupant): Rendered;
  self(): Rendered;
  /** He may have left meanwhile. */
  stillThere(): boolean;
  send(xml: string): void;
  readonly services: {
    readonly archive: RoomArchive;
    readonly sink: StanzaSink;
    readonly options: { readonly history: number; readonly mostHistory: number };
  };
}

/**
 * Shows a room to one client in the order of XEP-0045 §7.2.2: other occupants, the client itself with 110, history,
 * subject; what happens meanwhile waits. Rejects with the store's error when all but the history was shown.
 */
export async function showRoom(room: ShownRoom, session: Session, wanted: HistoryRequest): Promise<void> {
  const { sink, archive, options } = room.services;
  const { toAttr } = session;
  let sent = 0;
  for (const other of session.kind === 'stand-in' ? [] : room.others) {
    // Who has left meanwhile is told to have among what waits.
    const { head, tail } = room.presence(other);
    room.send(head + toAttr + tail);
    sent += 1;
    if (session.kind === 'user' && sent % PRESENCES_PER_LOOK === 0 && sink.congested) {
      await sink.drained();
      if (!room.stillThere()) return;
    }
  }
  const self = room.self();
  room.send(self.head + toAttr + self.tail);
  const { maxStanzas, maxChars, since } = wanted;
  const limit = Math.min(
    maxStanzas ?? (since === undefined ? options.history : options.mostHistory),
    options.mostHistory,
  );
  try {
    const entries = maxChars === 0 ? [] : await archive.history(limit, since);
    if (!room.stillThere()) return;
    let chars = 0;
    const stanzas: string[] = [];
    for (const { nick, messageId, payload, id, time } of [...entries].reverse()) {
      const from = nick === '' ? room.jidAttr : `${room.jidAttr}/${xmlAttr(nick)}`;
      const xml =
        `<message from='${from}' to='${toAttr}' type='groupchat' id='${xmlAttr(messageId)}'>${payload}` +
        `${renderStanzaId(id, room.jidAttr)}${renderDelay(room.jidAttr, time)}</message>`;
      chars += xml.length;
      if (maxChars !== undefined && chars > maxChars) break;
      stanzas.push(xml);
    }
    for (const xml of stanzas.reverse()) room.send(xml);
  } finally {
    if (room.stillThere()) {
      showSubject(room, toAttr);
      const held = session.held ?? [];
      session.held = undefined;
      for (const xml of held) room.send(xml);
    }
  }
}

/** §7.2.15: exactly one subject, empty if there is none. */
function showSubject({ jidAttr, subject, send }: ShownRoom, toAttr: string): void {
  const from = subject?.by ? `${jidAttr}/${xmlAttr(subject.by)}` : jidAttr;
  const delay = subject ? renderDelay(jidAttr, subject.time) : '';
  send(
    `<message from='${from}' to='${toAttr}' type='groupchat'>${subjectPayload(subject?.text ?? '')}${delay}</message>`,
  );
}

/** What of somebody's presence everybody sees: availability, capabilities, the hash of his picture. */
export function presencePayload(stanza: XmlElement): string {
  let xml = '';
  for (const child of stanza.children)
    if (typeof child !== 'string' && !ROOM_ONLY.has(child.ns)) xml += child.toString(NS.COMPONENT);
  return xml.length > PAYLOAD_LENGTH ? '' : xml;
}
