import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { changed, type Doer, type Group, notice, tellAll, tellParticipants } from './groups.js';
import { channelPeer, long } from './peers.js';
import { tell } from './posting.js';
import { isIn } from './rights.js';
import type { ChannelPlace, Invite, Person } from './world.js';

/** Somebody takes others into a group. */
export function add(
  server: TelegramServer,
  by: Doer,
  place: Group,
  people: readonly Person[],
): readonly Api.TypeUpdate[] {
  for (const person of people) server.world.join(place, person, { invitedBy: by.person });
  return arrived(
    ...([server, by, place, people] as const),
    new Api.MessageActionChatAddUser({ users: people.map(({ id }) => long(id)) }),
  );
}

/** Somebody comes in by himself: by a link, by being let in, or because everybody may. */
export function join(
  server: TelegramServer,
  by: Doer,
  place: Group,
  how: { readonly invite?: Invite | undefined; readonly approvedBy?: Person } = {},
): readonly Api.TypeUpdate[] {
  const { person } = by;
  server.world.join(place, person, { invitedBy: how.invite?.by ?? how.approvedBy ?? person });
  place.requests.delete(person);
  if (how.invite) how.invite.used += 1;
  const action = how.approvedBy
    ? new Api.MessageActionChatJoinedByRequest()
    : how.invite
      ? new Api.MessageActionChatJoinedByLink({ inviterId: long(how.invite.by.id) })
      : new Api.MessageActionChatAddUser({ users: [long(person.id)] });
  return arrived(server, by, place, [person], action);
}

function arrived(
  server: TelegramServer,
  by: Doer,
  place: Group,
  people: readonly Person[],
  action: Api.TypeMessageAction,
): readonly Api.TypeUpdate[] {
  if (place.kind === 'group') {
    const told = tellParticipants(server, by, place);
    return [...told, ...notice(server, by, place, action)];
  }
  const update = new Api.UpdateChannel({ channelId: channelPeer(place).channelId });
  for (const person of people) tell(server, person, [update], person === by.person ? by.session : undefined);
  // Nobody is told of who reads a channel.
  return place.broadcast ? [update] : [update, ...notice(server, by, place, action)];
}

/** Somebody leaves a group, or is thrown out of it. */
export function take(
  server: TelegramServer,
  by: Doer,
  place: Group,
  person: Person,
): readonly Api.TypeUpdate[] {
  const told =
    isIn(place, person) && !(place.kind === 'channel' && place.broadcast)
      ? notice(server, by, place, new Api.MessageActionChatDeleteUser({ userId: long(person.id) }))
      : [];
  const membership = place.members.get(person);
  if (membership) membership.role = person === by.person ? 'left' : 'banned';
  if (place.kind === 'group') {
    const update = new Api.UpdateChat({ chatId: long(place.id) });
    tell(server, person, [update], person === by.person ? by.session : undefined);
    return [...told, ...tellParticipants(server, by, place)];
  }
  const update = new Api.UpdateChannel({ channelId: channelPeer(place).channelId });
  tell(server, person, [update], person === by.person ? by.session : undefined);
  return [...told, update];
}

/** Somebody becomes an administrator with some rights, or with none an ordinary member again. */
export function promote(
  server: TelegramServer,
  by: Doer,
  place: Group,
  person: Person,
  rights: Api.ChatAdminRights | undefined,
  title?: string,
): readonly Api.TypeUpdate[] {
  const membership = place.members.get(person) ?? server.world.join(place, person, { invitedBy: by.person });
  if (membership.role !== 'creator') membership.role = rights ? 'admin' : 'member';
  membership.by = by.person;
  if (rights) membership.rights = rights;
  else delete membership.rights;
  if (title !== undefined && title !== '') membership.title = title;
  else delete membership.title;
  if (place.kind === 'group') {
    place.version += 1;
    const update = new Api.UpdateChatParticipantAdmin({
      ...{ chatId: long(place.id), userId: long(person.id), version: place.version },
      isAdmin: rights !== undefined,
    });
    return tellAll(server, by, place, update);
  }
  return tellOne(server, by, place, person);
}

/** Somebody may not do some things; not to see anything is being banned, and nothing forbidden ends it. */
export function restrict(
  server: TelegramServer,
  by: Doer,
  place: ChannelPlace,
  person: Person,
  limits: Api.ChatBannedRights,
): readonly Api.TypeUpdate[] {
  const none = Object.values(limits).every((value) => value !== true);
  const before = place.members.get(person)?.role ?? 'left';
  if (limits.viewMessages) {
    const told = before === 'left' || before === 'banned' ? [] : take(server, by, place, person);
    const membership = place.members.get(person) ?? server.world.join(place, person, {});
    Object.assign(membership, { role: 'banned', by: by.person });
    return told.length > 0 ? told : tellOne(server, by, place, person);
  }
  const membership = place.members.get(person) ?? server.world.join(place, person, { role: 'left' });
  const outside = before === 'left' || before === 'banned';
  membership.by = by.person;
  membership.role = outside ? 'left' : none ? 'member' : 'restricted';
  if (none) delete membership.limits;
  else membership.limits = limits;
  return tellOne(server, by, place, person);
}

/** Of one's own standing in a channel one learns by asking for the channel anew. */
function tellOne(
  server: TelegramServer,
  by: Doer,
  place: ChannelPlace,
  person: Person,
): readonly Api.TypeUpdate[] {
  const update = new Api.UpdateChannel({ channelId: channelPeer(place).channelId });
  tell(server, person, [update], person === by.person ? by.session : undefined);
  return [update];
}

/** Nobody is in it any more. */
export function dissolve(server: TelegramServer, by: Doer, place: Group): readonly Api.TypeUpdate[] {
  if (place.kind === 'channel') {
    place.deleted = true;
    return changed(server, by, place);
  }
  for (const person of [...place.members.keys()]) if (person !== by.person) take(server, by, place, person);
  return take(server, by, place, by.person);
}
