import type { XmlElement } from '../../element.js';
import { xmlAttr, xmlText } from '../../escape-xml.js';
import { NS } from '../../namespace.js';
import { StanzaError } from '../../stanza-error.js';

/** UTF-16 units of a reason that are passed on. */
const REASON_LENGTH = 1_000;

/** A moderator's wish that a message be taken away (XEP-0425 §3). */
export interface ModerationRequest {
  /** The id that the room gave to the message (XEP-0359). */
  readonly id: string;
  readonly reason?: string;
}

/** Reads `<moderate/>`. @throws {StanzaError} `bad-request` */
export function parseModeration(element: XmlElement): ModerationRequest {
  const { id } = element.attrs;
  if (!id || !element.child('retract', NS.RETRACT)) throw new StanzaError('bad-request', { type: 'modify' });
  const reason = element.childText('reason')?.trim().slice(0, REASON_LENGTH);
  return { id, ...(reason && { reason }) };
}

/** Who has taken a message away. */
export interface Moderator {
  /** His address in the room. */
  readonly jid: string;
  readonly occupantId?: string;
  readonly reason?: string;
}

/** What a moderator's retraction, and the tombstone of it, hold (XEP-0425 §3, §4), as XML text. */
export function renderModerated({ jid, occupantId, reason }: Moderator): string {
  const id =
    occupantId === undefined ? '' : `<occupant-id xmlns='${NS.OCCUPANT_ID}' id='${xmlAttr(occupantId)}'/>`;
  const why = reason ? `<reason>${xmlText(reason.slice(0, REASON_LENGTH))}</reason>` : '';
  return `<moderated xmlns='${NS.MODERATE}' by='${xmlAttr(jid)}'>${id}</moderated>${why}`;
}
