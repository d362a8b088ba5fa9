import { xmlAttr, xmlText } from '../../escape-xml.js';

/**
 * Stanzas of XEP-0045 as text. A stanza that goes to many clients is rendered once, as what stands before
 * the `to` address and what stands after it: `head + xmlAttr(to) + tail`.
 */
export interface Rendered {
  readonly head: string;
  readonly tail: string;
}

const MUC_USER = 'http://jabber.org/protocol/muc#user';

/** An occupant's `item` (XEP-0045 §7.2.3). */
export interface OccupantItem {
  readonly affiliation: string;
  readonly role: string;
  /** Real address, where the receiver may see it (XEP-0045 §7.2.3). */
  readonly jid?: string;
  /** New nick, together with status 303 (§7.6). */
  readonly nick?: string;
  readonly actorNick?: string;
  readonly reason?: string;
}

/** `item` of muc#user and muc#admin. */
function renderItem(item: OccupantItem): string {
  let xml = `<item affiliation='${item.affiliation}' role='${item.role}'`;
  if (item.jid !== undefined) xml += ` jid='${xmlAttr(item.jid)}'`;
  if (item.nick !== undefined) xml += ` nick='${xmlAttr(item.nick)}'`;
  if (item.actorNick === undefined && item.reason === undefined) return `${xml}/>`;
  xml += '>';
  if (item.actorNick !== undefined) xml += `<actor nick='${xmlAttr(item.actorNick)}'/>`;
  if (item.reason !== undefined) xml += `<reason>${xmlText(item.reason)}</reason>`;
  return `${xml}</item>`;
}

/** XEP-0421 §4. */
export function renderOccupantId(id: string): string {
  return `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${id}'/>`;
}

/** As {@link renderOccupantId} writes it at the end of what it is put to. */
const LAST_OCCUPANT_ID = /<occupant-id xmlns='urn:xmpp:occupant-id:0' id='([^']*)'\/>$/;

/** The occupant id that ends children of ours; undefined where none does. */
export function lastOccupantId(payload: string): string | undefined {
  return LAST_OCCUPANT_ID.exec(payload)?.[1];
}

/** XEP-0359 §3; `by` is the room. */
export function renderStanzaId(id: string, byAttr: string): string {
  return `<stanza-id xmlns='urn:xmpp:sid:0' id='${id}' by='${byAttr}'/>`;
}

/** XEP-0203; stamp in UTC with milliseconds (XEP-0082). */
export function renderDelay(fromAttr: string, time: number): string {
  return `<delay xmlns='urn:xmpp:delay' from='${fromAttr}' stamp='${new Date(time).toISOString()}'/>`;
}

/** What an occupant's presence is made of. */
export interface PresenceParts {
  /** Escaped full occupant address. */
  readonly fromAttr: string;
  readonly unavailable?: boolean;
  readonly item: OccupantItem;
  readonly codes?: readonly number[];
  /** XEP-0421; left out where there is no occupant. */
  readonly occupantId?: string;
  readonly show?: string;
  readonly status?: string;
  /** Children beside `x`, as XML. */
  readonly payload?: string;
  /** Further children of `x`, as XML. */
  readonly extra?: string;
}

/** Everything of an occupant's presence after the `to` address. */
export function presenceTail(parts: Omit<PresenceParts, 'fromAttr'>): string {
  let xml = parts.unavailable ? "' type='unavailable'>" : "'>";
  if (parts.show !== undefined) xml += `<show>${parts.show}</show>`;
  if (parts.status !== undefined) xml += `<status>${xmlText(parts.status)}</status>`;
  xml += parts.payload ?? '';
  xml += `<x xmlns='${MUC_USER}'>${renderItem(parts.item)}`;
  for (const code of parts.codes ?? []) xml += `<status code='${code}'/>`;
  return `${xml}${parts.extra ?? ''}</x>${parts.occupantId === undefined ? '' : renderOccupantId(parts.occupantId)}</presence>`;
}

/** Everything of an occupant's presence before the `to` address. */
export function presenceHead(fromAttr: string): string {
  return `<presence from='${fromAttr}' to='`;
}

/** XEP-0045 §7.2.2, §7.14: the presence of an occupant. */
export function renderPresence(parts: PresenceParts): Rendered {
  return { head: presenceHead(parts.fromAttr), tail: presenceTail(parts) };
}

/** XEP-0045 §7.4; `payload` is the children as XML. */
export function renderGroupchat(fromAttr: string, id: string, payload: string): Rendered {
  return {
    head: `<message from='${fromAttr}' to='`,
    tail: `' type='groupchat' id='${xmlAttr(id)}'>${payload}</message>`,
  };
}

/** XEP-0045 §9.1: what somebody is in the room from now on who is not there. */
export function renderAffiliation(roomAttr: string, jid: string, affiliation: string): Rendered {
  return {
    head: `<message from='${roomAttr}' to='`,
    tail: `'><x xmlns='${MUC_USER}'><item affiliation='${affiliation}' jid='${xmlAttr(jid)}'/></x></message>`,
  };
}

/** XEP-0045 §10.2.1: the room is not quite what it was; clients ask what it is now. */
export function renderConfigChanged(roomAttr: string, codes: readonly number[] = [104]): Rendered {
  const statuses = codes.map((code) => `<status code='${code}'/>`).join('');
  return {
    head: `<message from='${roomAttr}' to='`,
    tail: `' type='groupchat'><x xmlns='${MUC_USER}'>${statuses}</x></message>`,
  };
}

/** XEP-0045 §7.2.15, §8.1: a subject and nothing else. */
export function subjectPayload(text: string): string {
  return text === '' ? '<subject/>' : `<subject>${xmlText(text)}</subject>`;
}
