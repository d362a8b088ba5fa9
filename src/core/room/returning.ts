import type { RoomMember } from '../../gateway/event.js';
import type { MemberId } from '../../gateway/ids.js';
import { type Rendered, renderPresence } from '../../xmpp/xep/0045-muc/render.js';
import { renderRoomSubject } from './entering.js';
import { effectiveRole, type MemberEntry } from './member-entry.js';
import { renamedTo, withSelfCode } from './member-presence.js';
import type { KnownMember, KnownRoom, Occupancy } from './occupancy.js';
import type { Room } from './room.js';

/** Tells all clients that an account has in a room. */
type Tell = (occupancy: Occupancy, stanza: Rendered) => void;

/**
 * After a reconnect a client hears only what has really changed since `before`. Other users of ours whose
 * connections broke too are on their way back: they are expected, and told to be gone only when they stay away.
 */
export function tellDifference(
  occupancy: Occupancy,
  before: KnownRoom,
  members: readonly RoomMember[],
  oldSelf: MemberId | undefined,
  tell: Tell,
): void {
  const { room, self, account } = occupancy;
  const now = new Set(members.map(({ id }) => id));
  const ours = selvesOfOthers(occupancy);
  for (const [id, known] of before.members) {
    if (now.has(id) || id === oldSelf) continue;
    if (ours.has(id)) occupancy.expect(id, { ...known, moderated: before.moderated });
    else tell(occupancy, vanished(known));
  }
  const oldEntry = oldSelf === undefined ? undefined : before.members.get(oldSelf)?.entry;
  const selfEntry = self === undefined ? undefined : room.members.get(self);
  if (oldEntry && selfEntry && oldSelf !== self)
    tell(occupancy, renamedTo(selfEntry, room, oldEntry.fromAttr, [303, 110], account.owner));
  const { moderated } = room.traits;
  for (const { id } of members) {
    const entry = room.members.get(id);
    const was = before.members.get(id);
    if (!entry || (was && looksTheSame(was, before.moderated, entry, moderated))) continue;
    if (was && was.entry.fromAttr !== entry.fromAttr) tell(occupancy, vanished(was));
    tell(
      occupancy,
      id === self
        ? withSelfCode(entry, room, account.owner)
        : { head: entry.head, tail: entry.tail(moderated) },
    );
  }
  if ((room.subject?.text ?? '') !== before.subject) tell(occupancy, renderRoomSubject(room));
}

/** Whether somebody who comes in is one whom the clients have never seen go, and who is as he was. */
export function isBack(occupancy: Occupancy, entry: MemberEntry): boolean {
  const was = occupancy.expected?.get(entry.member.id);
  if (!was) return false;
  occupancy.expected?.delete(entry.member.id);
  return looksTheSame(was, was.moderated, entry, occupancy.room.traits.moderated);
}

/** Waits for nobody any longer: the clients learn who is not there. */
export function stopExpecting(occupancy: Occupancy, tell: Tell): void {
  const { expected } = occupancy;
  occupancy.expected = undefined;
  for (const known of expected?.values() ?? []) tell(occupancy, vanished(known));
}

/** Somebody will not come back under this name. */
export function staysAway(room: Room, id: MemberId, tell: Tell): void {
  for (const occupancy of room.occupancies) {
    const known = occupancy.expected?.get(id);
    if (!known) continue;
    occupancy.expected?.delete(id);
    tell(occupancy, vanished(known));
  }
}

function selvesOfOthers(occupancy: Occupancy): ReadonlySet<MemberId> {
  const selves = new Set<MemberId>();
  for (const other of occupancy.room.occupancies)
    if (other !== occupancy && other.self !== undefined) selves.add(other.self);
  return selves;
}

/** The end of a member of whom is not known how he went. */
function vanished({ entry, member: { affiliation } }: KnownMember): Rendered {
  return renderPresence({
    fromAttr: entry.fromAttr,
    unavailable: true,
    occupantId: entry.occupantId,
    item: { affiliation, role: 'none', ...(entry.jid === undefined ? {} : { jid: entry.jid }) },
  });
}

/** Whether a member's presence shows the same as before. */
function looksTheSame(
  was: KnownMember,
  wasModerated: boolean,
  { member, fromAttr }: MemberEntry,
  moderated: boolean,
): boolean {
  return (
    was.entry.fromAttr === fromAttr &&
    was.member.affiliation === member.affiliation &&
    effectiveRole(was.member, wasModerated) === effectiveRole(member, moderated) &&
    (was.member.away ?? false) === (member.away ?? false)
  );
}
