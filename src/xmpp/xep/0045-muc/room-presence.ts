import type { XmlElement } from '../../element.js';
import { xmlAttr, xmlText } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** What a room tells of one occupant (XEP-0045 §7, §13.6), as one who is in the room reads it. All of it is unchecked. */
export interface RoomPresence {
  /** Resource of the room's address. */
  readonly nick: string;
  readonly available: boolean;
  readonly affiliation: string;
  readonly role: string;
  /** Real address, where the room shows it. */
  readonly jid?: string;
  /** XEP-0421 §4. */
  readonly occupantId?: string;
  /** What he is called from now on, with status 303. */
  readonly newNick?: string;
  readonly codes: ReadonlySet<number>;
  readonly actor?: string;
  readonly reason?: string;
  /** The room is no more (§10.9). */
  readonly destroyed: boolean;
  /** SHA-1 of the picture (XEP-0153); empty: none; undefined: nothing is told. */
  readonly photo?: string;
  /** RFC 6121 §4.7.2.1; undefined: plainly available. */
  readonly show?: string;
}

/** Status codes that mean something to an occupant (XEP-0045 §15.6). */
export const MUC_STATUS = {
  self: 110,
  created: 201,
  nickChanged: 303,
  banned: 301,
  kicked: 307,
  affiliationChanged: 321,
  membersOnly: 322,
  shutdown: 332,
  kickedByFault: 333,
} as const;

/** Reads a presence of a room that is no error; undefined when it comes from no occupant. */
export function readRoomPresence(stanza: XmlElement, nick: string): RoomPresence | undefined {
  const { type } = stanza.attrs;
  if (nick === '' || (type !== undefined && type !== 'unavailable')) return undefined;
  const x = stanza.child('x', NS.MUC_USER);
  const item = x?.child('item', NS.MUC_USER);
  const actor = item?.child('actor', NS.MUC_USER)?.attrs;
  const by = actor?.nick ?? actor?.jid;
  const reason = item?.childText('reason', NS.MUC_USER) ?? x?.child('destroy')?.childText('reason');
  const codes = (x?.childrenNamed('status', NS.MUC_USER) ?? []).map(({ attrs }) => Number(attrs.code));
  const { jid, nick: newNick, affiliation = 'none', role = 'none' } = item?.attrs ?? {};
  const occupantId = stanza.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id;
  const photo = stanza.child('x', NS.VCARD_UPDATE)?.childText('photo');
  const show = stanza.childText('show')?.trim();
  return {
    ...{ nick, available: type === undefined, affiliation, role, codes: new Set(codes) },
    destroyed: x?.child('destroy', NS.MUC_USER) !== undefined,
    ...(jid !== undefined && { jid }),
    ...(occupantId !== undefined && { occupantId }),
    ...(newNick !== undefined && { newNick }),
    ...(by !== undefined && { actor: by }),
    ...(reason && { reason }),
    ...(photo !== undefined && { photo }),
    ...(show && { show }),
  };
}

/** A join (§7.2): `since` in UTC milliseconds is where the history begins; undefined: no history. */
export function renderRoomJoin(
  from: string,
  to: string,
  {
    password,
    since,
    payload = '',
  }: { readonly password?: string; readonly since?: number; readonly payload?: string },
): string {
  const secret = password === undefined ? '' : `<password>${xmlText(password)}</password>`;
  const history =
    since === undefined ? "<history maxstanzas='0'/>" : `<history since='${new Date(since).toISOString()}'/>`;
  return `<presence from='${xmlAttr(from)}' to='${xmlAttr(to)}'><x xmlns='${NS.MUC}'>${secret}${history}</x>${payload}</presence>`;
}

/** A departure (§7.14). */
export function renderRoomLeave(from: string, to: string, status?: string): string {
  const words = status === undefined ? '' : `<status>${xmlText(status)}</status>`;
  return `<presence from='${xmlAttr(from)}' to='${xmlAttr(to)}' type='unavailable'>${words}</presence>`;
}
