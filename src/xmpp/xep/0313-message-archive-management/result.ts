import { el, type XmlElement } from '../../element.js';
import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';
import { renderStanzaId } from '../0045-muc/render.js';
import { pageResultElement } from '../0059-result-set-management/result-set.js';

/** A message of a room as the archive has it. */
export interface ArchivedMessage {
  /** The archive's id, which is the stanza-id (XEP-0359). */
  readonly id: string;
  /** UTC milliseconds. */
  readonly time: number;
  /** Prepared resource of the author; empty for the room itself. */
  readonly nick: string;
  readonly messageId: string;
  /** The children as XML. */
  readonly payload: string;
}

/** One result of a query, as a whole stanza (XEP-0313 §4.2); `roomAttr` and `toAttr` are escaped. */
export function renderArchiveResult(
  roomAttr: string,
  toAttr: string,
  queryId: string | undefined,
  message: ArchivedMessage,
): string {
  const { id, time, nick, messageId, payload } = message;
  const from = nick === '' ? roomAttr : `${roomAttr}/${xmlAttr(nick)}`;
  const query = queryId === undefined ? '' : ` queryid='${xmlAttr(queryId)}'`;
  const stanzaId = messageId === '' ? '' : ` id='${xmlAttr(messageId)}'`;
  return (
    `<message from='${roomAttr}' to='${toAttr}'>` +
    `<result xmlns='${NS.MAM}'${query} id='${xmlAttr(id)}'>` +
    `<forwarded xmlns='${NS.FORWARD}'><delay xmlns='${NS.DELAY}' stamp='${new Date(time).toISOString()}'/>` +
    `<message xmlns='${NS.CLIENT}' from='${from}' type='groupchat'${stanzaId}>` +
    `${payload}${renderStanzaId(id, roomAttr)}</message></forwarded></result></message>`
  );
}

/** What a query came to (§4.2): the page in chronological order, whatever order it was sent in. */
export interface ArchiveResult {
  readonly count: number;
  /** Nothing more follows in the direction of paging. */
  readonly complete: boolean;
  readonly first?: string;
  readonly last?: string;
}

/** The `<fin/>` that ends the results. */
export function archiveFinElement({ complete, ...page }: ArchiveResult): XmlElement {
  return el('fin', NS.MAM, { complete: complete ? 'true' : undefined }, pageResultElement(page));
}

/** An end of the archive. */
interface ArchiveEnd {
  readonly id: string;
  /** UTC milliseconds. */
  readonly time: number;
}

/** The oldest and the newest entry (§5); none when the archive is empty. */
export function archiveMetadataElement(ends?: {
  readonly start: ArchiveEnd;
  readonly end: ArchiveEnd;
}): XmlElement {
  const mark = (name: string, { id, time }: ArchiveEnd) =>
    el(name, NS.MAM, { id, timestamp: new Date(time).toISOString() });
  return el('metadata', NS.MAM, null, ends && mark('start', ends.start), ends && mark('end', ends.end));
}
