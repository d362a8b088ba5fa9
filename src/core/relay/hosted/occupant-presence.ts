import { xmlAttr } from '../../../xmpp/escape-xml.js';
import type { MucRole } from '../../../xmpp/xep/0045-muc/admin.js';
import { type Rendered, renderPresence } from '../../../xmpp/xep/0045-muc/render.js';
import type { Occupant } from './occupants.js';

/** XEP-0045 §15.6. */
const SELF = 110;

/** How somebody goes, or changes, and why. */
export interface Departure {
  readonly codes?: readonly number[];
  /** Nick of who makes him go. */
  readonly by?: string;
  readonly reason?: string;
  /** His own last words. */
  readonly status?: string;
  /** Children of `x` as XML. */
  readonly extra?: string;
}

/** What is to be shown of an occupant. */
export interface Showing extends Departure {
  readonly unavailable?: boolean;
  /** What he is called from now on. */
  readonly nick?: string;
  /** Where he keeps it although he is shown to go. */
  readonly role?: MucRole;
}

/** Who sees what in a room. */
export interface Anonymity {
  readonly jidAttr: string;
  /** Domain of the room. */
  readonly domain: string;
  /** Everybody sees real addresses. */
  readonly nonAnonymous: boolean;
}

/** An occupant's presence for each who sees it; rendered once for all who may see the same of it. */
export function presenceOf(
  { nick, id, affiliation, role, jid, kind, sessions, payload }: Occupant,
  showing: Showing,
  { jidAttr, domain, nonAnonymous }: Anonymity,
): (viewer: Occupant, self: boolean) => Rendered {
  const { unavailable = false, codes = [], by, reason, status, extra } = showing;
  // A person of a network is a contact to everybody.
  const isPublic = kind === 'stand-in' && jid.domain !== domain;
  const [first] = sessions.keys();
  const address = isPublic ? jid.bare : (first ?? jid.bare);
  const render = (shown: boolean, self: boolean): Rendered =>
    renderPresence({
      fromAttr: `${jidAttr}/${xmlAttr(nick)}`,
      unavailable,
      item: {
        affiliation,
        role: unavailable ? (showing.role ?? 'none') : role,
        ...(shown && { jid: address }),
        ...(showing.nick !== undefined && { nick: showing.nick }),
        ...(by !== undefined && { actorNick: by }),
        ...(reason !== undefined && { reason }),
      },
      codes: self ? [...codes, SELF] : codes,
      occupantId: id,
      ...(status !== undefined && { status }),
      ...(!unavailable && { payload }),
      ...(extra !== undefined && { extra }),
    });
  const rendered = new Map<string, Rendered>();
  return (viewer, self) => {
    const shown = isPublic || self || nonAnonymous || viewer.role === 'moderator';
    const sort = `${shown} ${self}`;
    const known = rendered.get(sort) ?? render(shown, self);
    rendered.set(sort, known);
    return known;
  };
}
