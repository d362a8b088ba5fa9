import type { RoomId } from '../../gateway/ids.js';
import type { IqRequest } from '../iq-router.js';
import type { MemberEntry } from '../room/member-entry.js';
import type { Occupancy } from '../room/occupancy.js';

/** The room that a request is about. @throws {Error} when its target is none, which handlers rule out */
export function roomOf({ target }: IqRequest): RoomId {
  if (target.kind === 'room') return target.id;
  if (target.kind === 'occupant') return target.address.id;
  throw new Error(`a request to a room came for a ${target.kind}`);
}

/** The asking account's place in the room, if it is fully in it, with whatever client. */
export function occupancyOf(request: IqRequest): Occupancy | undefined {
  const occupancy = request.account?.rooms.get(roomOf(request));
  return occupancy?.state === 'joined' ? occupancy : undefined;
}

/** The same, if the very client that asks is in the room. */
export function seatedOccupancyOf(request: IqRequest): Occupancy | undefined {
  const occupancy = occupancyOf(request);
  return occupancy?.seat(request.from.full) ? occupancy : undefined;
}

/** The occupant with this resource, if the account sees him. */
export function visibleEntry(occupancy: Occupancy, nick: string): MemberEntry | undefined {
  const entry = occupancy.room.byResource(nick);
  return entry && occupancy.sees(entry.member.id) ? entry : undefined;
}

/** The account's own entry among the members. */
export function selfEntry(occupancy: Occupancy): MemberEntry | undefined {
  return occupancy.self === undefined ? undefined : occupancy.room.members.get(occupancy.self);
}
