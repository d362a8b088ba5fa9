import {
  type OccupantItem,
  presenceTail,
  type Rendered,
  renderPresence,
} from '../../xmpp/xep/0045-muc/render.js';
import type { MemberEntry } from './member-entry.js';
import type { Room } from './room.js';

/** The last presence of a member who has left. */
export function gone(
  entry: MemberEntry,
  how: {
    codes?: readonly number[] | undefined;
    by?: string | undefined;
    reason?: string | undefined;
    banned?: boolean;
    status?: string | undefined;
  },
): Rendered {
  return renderPresence({
    fromAttr: entry.fromAttr,
    unavailable: true,
    occupantId: entry.occupantId,
    item: {
      affiliation: how.banned ? 'outcast' : entry.member.affiliation,
      role: 'none',
      ...(entry.jid === undefined ? {} : { jid: entry.jid }),
      ...(how.by === undefined ? {} : { actorNick: how.by }),
      ...(how.codes !== undefined && how.reason !== undefined ? { reason: how.reason } : {}),
    },
    ...(how.codes ? { codes: how.codes } : {}),
    ...(how.codes === undefined && (how.status ?? how.reason)
      ? { status: how.status ?? how.reason ?? '' }
      : {}),
  });
}

/** The old name's farewell to those who know the member by it. */
export function renamedTo(
  entry: MemberEntry,
  room: Room,
  oldFromAttr: string,
  codes: readonly number[],
  selfJid?: string,
): Rendered {
  const { item } = entry.parts(room.traits.moderated);
  return renderPresence({
    fromAttr: oldFromAttr,
    unavailable: true,
    occupantId: entry.occupantId,
    item: { ...ownItem(item, entry, selfJid), nick: entry.resource },
    codes,
  });
}

/** The member's presence as he himself gets it; where addresses show, `jid` is his own (XEP-0045 §7.2.3). */
export function withSelfCode(
  entry: MemberEntry,
  room: Room,
  jid: string,
  codes: readonly number[] = [],
): Rendered {
  const parts = entry.parts(room.traits.moderated);
  return {
    head: entry.head,
    tail: presenceTail({ ...parts, item: ownItem(parts.item, entry, jid), codes: [...codes, 110] }),
  };
}

function ownItem(item: OccupantItem, entry: MemberEntry, jid: string | undefined): OccupantItem {
  return entry.jid === undefined || jid === undefined ? item : { ...item, jid };
}
