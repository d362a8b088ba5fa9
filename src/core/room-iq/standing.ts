import type { Affiliation } from '../../gateway/event.js';
import { effectiveRole } from '../room/member-entry.js';
import type { Occupancy } from '../room/occupancy.js';
import { selfEntry } from './asker.js';

/** From least to most (XEP-0045 §5.2). */
const RANKS: readonly Affiliation[] = ['outcast', 'none', 'member', 'admin', 'owner'];

/** Whether `a` is a higher affiliation than `b`. */
export function outranks(a: Affiliation, b: Affiliation): boolean {
  return RANKS.indexOf(a) > RANKS.indexOf(b);
}

/** Whether the account may change what others are in the room, as far as the network has told. */
export function mayManage(occupancy: Occupancy): boolean {
  const self = selfEntry(occupancy);
  if (!self) return false;
  const role = effectiveRole(self.member, occupancy.room.traits.moderated);
  return role === 'moderator' || mayConfigure(occupancy);
}

/** Whether the account may change what the room itself is. */
export function mayConfigure(occupancy: Occupancy): boolean {
  const affiliation = selfEntry(occupancy)?.member.affiliation;
  return affiliation === 'owner' || affiliation === 'admin';
}
