import { GatewayError } from '../../../gateway/error.js';
import type { InboundEvent, RoomMember } from '../../../gateway/event.js';
import type { ContactId, RoomId } from '../../../gateway/ids.js';
import type { RoomsFacet } from '../../../gateway/session.js';
import type { Sanction } from '../model.js';

/** What a network's event says that somebody with rights has done to a member. Pure. @param moderated only who has a voice may speak there */
export function actOf(
  event: InboundEvent,
  before: RoomMember | undefined,
  moderated: boolean,
): Sanction['act'] | undefined {
  if (event.type === 'member-left') {
    if (event.cause === 'banned') return 'banned';
    return event.cause === 'removed' ? 'kicked' : undefined;
  }
  // Without a name nobody has done it: the room itself has changed.
  if (event.type !== 'member-changed' || event.by === undefined || !before) return undefined;
  const silent = ({ role }: Pick<RoomMember, 'role'>): boolean =>
    role === 'visitor' || (moderated && role === 'default');
  if (silent(event) === silent(before)) return undefined;
  return silent(event) ? 'muted' : 'restored';
}

/** Does to a person of a network's room what was done to him elsewhere. @throws {GatewayError} where the relay may not */
export async function obeySanction(
  rooms: RoomsFacet | undefined,
  room: RoomId,
  member: RoomMember | undefined,
  { act, person, reason }: Sanction,
): Promise<void> {
  const powerful = member?.role === 'moderator' || /^(?:owner|admin)$/.test(member?.affiliation ?? '');
  if (powerful || !rooms) return;
  const contact = person.address === undefined ? {} : { contact: person.key as ContactId };
  const who = member ? { member: member.id, contact: member.contact } : contact;
  try {
    if (act === 'banned') await rooms.setAffiliation(room, who, 'outcast', reason);
    else if (act === 'kicked') {
      if (member) await rooms.kick(room, member.id, reason);
    } else if (act === 'muted') {
      if (member) await rooms.setRole(room, member.id, 'visitor');
    } else if (member) await rooms.setRole(room, member.id, 'participant');
    else await rooms.setAffiliation(room, who, 'none');
  } catch (error) {
    throw refused(room, person.nick, error);
  }
}

function refused(room: RoomId, nick: string, error: unknown): GatewayError {
  const code = error instanceof GatewayError ? error.code : 'rejected';
  return new GatewayError(code, { key: 'relay-obey-refused', args: { room, nick } });
}
