import { Api } from 'telegram';
import type { Place } from './peers.js';
import type { ChannelPlace, GroupPlace, Membership, Person } from './world.js';

/** What an administrator may do. */
export type Right = Exclude<keyof Api.ChatAdminRights & keyof typeof ALL_RIGHTS, 'anonymous'>;
/** What a member may be kept from. */
export type Limit = keyof typeof ALL_LIMITS;

const ALL_RIGHTS = {
  ...{ changeInfo: true, postMessages: true, editMessages: true, deleteMessages: true, banUsers: true },
  ...{ inviteUsers: true, pinMessages: true, addAdmins: true, manageCall: true, other: true },
  ...{ manageTopics: true, anonymous: false },
};
const ALL_LIMITS = {
  ...{ sendMessages: true, sendMedia: true, sendStickers: true, sendGifs: true, sendGames: true },
  ...{ sendInline: true, embedLinks: true, sendPolls: true, changeInfo: true, inviteUsers: true },
  ...{ pinMessages: true, manageTopics: true, sendPhotos: true, sendVideos: true, sendRoundvideos: true },
  ...{ sendAudios: true, sendVoices: true, sendDocs: true, sendPlain: true },
};

/** What administrators get unless their rights are told; the creator may make others besides. */
export function rightsOf({ role, rights }: Membership): Api.ChatAdminRights | undefined {
  if (role === 'creator')
    return new Api.ChatAdminRights({ ...ALL_RIGHTS, anonymous: rights?.anonymous === true });
  if (role !== 'admin') return undefined;
  return rights ?? new Api.ChatAdminRights({ ...ALL_RIGHTS, addAdmins: false });
}

/** Nothing is forbidden. */
export function noLimits(): Api.ChatBannedRights {
  return new Api.ChatBannedRights({ untilDate: 0 });
}

/** What one member may not do. */
export function limitsOf({ role, limits }: Membership): Api.ChatBannedRights | undefined {
  if (role === 'restricted') return limits ?? new Api.ChatBannedRights({ ...ALL_LIMITS, untilDate: 0 });
  if (role === 'banned') return new Api.ChatBannedRights({ ...ALL_LIMITS, viewMessages: true, untilDate: 0 });
  return undefined;
}

/** Whether somebody is in a group at all. */
export function isIn(place: GroupPlace | ChannelPlace, person: Person): boolean {
  const role = place.members.get(person)?.role;
  return role !== undefined && role !== 'left' && role !== 'banned';
}

/** Whether he is the creator, or an administrator with that right. */
export function hasRight(place: Place, person: Person, right: Right): boolean {
  if (place.kind === 'person') return false;
  const membership = place.members.get(person);
  return membership !== undefined && rightsOf(membership)?.[right] === true;
}

/** What keeps somebody from something: the rule for all, or one for him; undefined: nothing. */
export function kept(
  place: GroupPlace | ChannelPlace,
  person: Person,
  limit: Limit,
): 'all' | 'him' | undefined {
  const membership = place.members.get(person);
  if (!membership || rightsOf(membership)) return undefined;
  if (limitsOf(membership)?.[limit] === true) return 'him';
  return place.limits[limit] === true ? 'all' : undefined;
}
