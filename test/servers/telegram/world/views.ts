import { Api } from 'telegram';
import { long } from './peers.js';
import { isIn, limitsOf, rightsOf } from './rights.js';
import type { ChannelPlace, GroupPlace, Person, ShownPhoto, Status } from './world.js';

/** A person as somebody sees him: names as he has them in his contacts. */
export function userView(person: Person, viewer: Person): Api.User {
  const named = viewer.contacts.get(person);
  const known = named !== undefined;
  const status = statusOf(person);
  const lastName = named?.lastName ?? person.lastName;
  return new Api.User({
    id: long(person.id),
    accessHash: long(person.accessHash),
    self: person === viewer,
    contact: known,
    mutualContact: known && person.contacts.has(viewer),
    deleted: person.deleted,
    bot: person.bot,
    premium: person.premium,
    ...(!person.deleted && {
      firstName: named?.firstName ?? person.firstName,
      ...(lastName !== undefined && { lastName }),
      ...(person.username !== undefined && { username: person.username }),
      ...(person.phone !== undefined && (known || person === viewer) && { phone: person.phone }),
      ...(person.photo && { photo: profilePhoto(person.photo) }),
      ...(person.bot && { botInfoVersion: 1 }),
    }),
    ...(status && { status }),
  });
}

/** No more of a person than a message of his needs; whoever wants to speak to him has to say where he saw him. */
export function minView(person: Person): Api.User {
  const { id, accessHash, deleted, bot, firstName, lastName, username, photo } = person;
  return new Api.User({
    ...{ id: long(id), accessHash: long(accessHash), min: true, deleted, bot },
    ...(!deleted && {
      ...{ firstName, applyMinPhoto: true },
      ...(lastName !== undefined && { lastName }),
      ...(username !== undefined && { username }),
      ...(photo && { photo: profilePhoto(photo) }),
      ...(bot && { botInfoVersion: 1 }),
    }),
  });
}

/** Undefined for those of whom nothing is told. */
export function statusOf({ status, bot, deleted }: Person): Api.TypeUserStatus | undefined {
  return bot || deleted ? undefined : statusView(status);
}

function statusView(status: Status): Api.TypeUserStatus | undefined {
  if (status === 'hidden') return undefined;
  if (status === 'recently') return new Api.UserStatusRecently({});
  if (status === 'last-week') return new Api.UserStatusLastWeek({});
  if (status === 'last-month') return new Api.UserStatusLastMonth({});
  return status.online
    ? new Api.UserStatusOnline({ expires: status.at })
    : new Api.UserStatusOffline({ wasOnline: status.at });
}

function profilePhoto({ id, centre }: ShownPhoto): Api.UserProfilePhoto {
  return new Api.UserProfilePhoto({ photoId: long(id), dcId: centre });
}

/** How many are in a group. */
export function countOf({ members }: GroupPlace | ChannelPlace): number {
  let count = 0;
  for (const { role } of members.values()) if (role !== 'left' && role !== 'banned') count += 1;
  return count;
}

/** A group or channel as somebody sees it. */
export function chatView(place: GroupPlace | ChannelPlace, viewer: Person): Api.TypeChat {
  return place.kind === 'group' ? groupView(place, viewer) : channelView(place, viewer);
}

function groupView(place: GroupPlace, viewer: Person): Api.TypeChat {
  const { id, title, created, migratedTo, limits, version } = place;
  const membership = place.members.get(viewer);
  if (!membership || membership.role === 'banned') return new Api.ChatForbidden({ id: long(id), title });
  const adminRights = membership.role === 'admin' ? rightsOf(membership) : undefined;
  return new Api.Chat({
    ...{ id: long(id), title, photo: chatPhoto(place), date: created, left: !isIn(place, viewer) },
    ...{ creator: membership.role === 'creator', participantsCount: countOf(place), version },
    ...{ deactivated: migratedTo !== undefined, noforwards: place.closedToForwards },
    defaultBannedRights: limits,
    ...(adminRights && { adminRights }),
    ...(migratedTo && { migratedTo: inputChannel(migratedTo) }),
  });
}

function channelView(place: ChannelPlace, viewer: Person): Api.TypeChat {
  const { id, accessHash, title, created, broadcast, username, limits, linked } = place;
  const membership = place.members.get(viewer);
  const kind = { broadcast, megagroup: !broadcast };
  const outside = !isIn(place, viewer);
  if (
    place.deleted ||
    membership?.role === 'banned' ||
    (outside && membership === undefined && !visible(place))
  )
    return new Api.ChannelForbidden({ id: long(id), accessHash: long(accessHash), title, ...kind });
  const adminRights = membership && rightsOf(membership);
  const bannedRights = membership && limitsOf(membership);
  return new Api.Channel({
    ...{ id: long(id), accessHash: long(accessHash), title, photo: chatPhoto(place), date: created, ...kind },
    ...{ left: outside, creator: membership?.role === 'creator', forum: place.forum },
    ...{ participantsCount: countOf(place), slowmodeEnabled: place.slowModeSeconds > 0 },
    ...{ signatures: place.signatures, hasLink: linked !== undefined, joinRequest: place.approval },
    ...{ noforwards: place.closedToForwards, defaultBannedRights: limits },
    ...(username !== undefined && { username }),
    ...(adminRights && { adminRights }),
    ...(bannedRights && { bannedRights }),
  });
}

/** Whether those may see it who are not in it: it is public, or belongs to a channel that is. */
export function visible({ username, linked }: ChannelPlace): boolean {
  return username !== undefined || linked?.username !== undefined;
}

function chatPhoto({ photo }: GroupPlace | ChannelPlace): Api.TypeChatPhoto {
  return photo
    ? new Api.ChatPhoto({ photoId: long(photo.id), dcId: photo.centre })
    : new Api.ChatPhotoEmpty();
}

/** What clients name a channel by. */
function inputChannel({ id, accessHash }: ChannelPlace): Api.InputChannel {
  return new Api.InputChannel({ channelId: long(id), accessHash: long(accessHash) });
}
