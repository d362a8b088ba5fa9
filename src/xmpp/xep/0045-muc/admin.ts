import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { StanzaError } from '../../stanza-error.js';

const AFFILIATIONS = ['owner', 'admin', 'member', 'none', 'outcast'] as const;
const ROLES = ['moderator', 'participant', 'visitor', 'none'] as const;

/** XEP-0045 §5.2. */
export type MucAffiliation = (typeof AFFILIATIONS)[number];
/** XEP-0045 §5.1. */
export type MucRole = (typeof ROLES)[number];

/** One change that a user asks for: a role by nick (§8), or an affiliation by address or nick (§9-10). */
export type AdminChange =
  | { readonly kind: 'role'; readonly role: MucRole; readonly nick: string; readonly reason?: string }
  | {
      readonly kind: 'affiliation';
      readonly affiliation: MucAffiliation;
      /** As it came, unparsed; at least one of `jid` and `nick` is there. */
      readonly jid?: string;
      readonly nick?: string;
      readonly reason?: string;
    };

/** Which list a user asks for. */
export type AdminList =
  | { readonly kind: 'role'; readonly role: MucRole }
  | { readonly kind: 'affiliation'; readonly affiliation: MucAffiliation };

/** One entry of a list. */
export interface AdminListItem {
  readonly affiliation: MucAffiliation;
  /** Left out in lists of affiliations (§9.2). */
  readonly role?: MucRole;
  readonly nick?: string;
  readonly jid?: string;
  readonly reason?: string;
}

/** Reads a muc#admin set. @throws {StanzaError} `bad-request` when an item is not one change (§17.4) */
export function parseAdminChanges(query: XmlElement): readonly AdminChange[] {
  const changes = query.childrenNamed('item', NS.MUC_ADMIN).map(parseChange);
  if (changes.length === 0) throw new StanzaError('bad-request');
  return changes;
}

function parseChange(item: XmlElement): AdminChange {
  const { jid, nick } = item.attrs;
  const list = parseStanding(item);
  const reason = item.childText('reason', NS.MUC_ADMIN);
  const because = reason === undefined || reason === '' ? {} : { reason };
  if (list.kind === 'role') {
    if (nick === undefined) throw new StanzaError('bad-request');
    return { ...list, nick, ...because };
  }
  if (jid === undefined && nick === undefined) throw new StanzaError('bad-request');
  return { ...list, ...(jid !== undefined && { jid }), ...(nick !== undefined && { nick }), ...because };
}

/** Reads a muc#admin get. @throws {StanzaError} `bad-request` when it names no list, or several */
export function parseAdminList(query: XmlElement): AdminList {
  const [item, ...others] = query.childrenNamed('item', NS.MUC_ADMIN);
  if (!item || others.length > 0) throw new StanzaError('bad-request');
  const list = parseStanding(item);
  const everybody = list.kind === 'role' ? list.role === 'none' : list.affiliation === 'none';
  // There is no list of those who have nothing.
  if (everybody) throw new StanzaError('bad-request');
  return list;
}

function parseStanding({ attrs }: XmlElement): AdminList {
  const role = ROLES.find((known) => known === attrs.role);
  const affiliation = AFFILIATIONS.find((known) => known === attrs.affiliation);
  if (role && attrs.affiliation === undefined) return { kind: 'role', role };
  if (affiliation && attrs.role === undefined) return { kind: 'affiliation', affiliation };
  throw new StanzaError('bad-request');
}

/** The `<query/>` of a list. */
export function adminListResult(items: readonly AdminListItem[]): XmlElement {
  return el(
    'query',
    NS.MUC_ADMIN,
    null,
    ...items.map(({ reason, ...attrs }) =>
      el(
        'item',
        NS.MUC_ADMIN,
        { ...attrs },
        reason !== undefined && el('reason', NS.MUC_ADMIN, null, reason),
      ),
    ),
  );
}
