import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import { shownPhoto } from './files.js';
import { channelPeer, groupPeer, long, peerOf } from './peers.js';
import { post, presentMembers, tell, type Words } from './posting.js';
import { rightsOf } from './rights.js';
import type { ChannelPlace, GroupPlace, Person } from './world.js';

/** A group or a channel. */
export type Group = GroupPlace | ChannelPlace;

/** Who does something: the client that asked for it is told by the answer. */
export interface Doer {
  readonly person: Person;
  readonly session?: MtprotoSession | undefined;
}

/** What came of making a group: the updates are for who made it. */
export interface Made<Kind extends Group> {
  readonly place: Kind;
  readonly updates: readonly Api.TypeUpdate[];
}

/** Somebody makes a basic group. */
export function createGroup(
  server: TelegramServer,
  by: Doer,
  title: string,
  people: readonly Person[],
): Made<GroupPlace> {
  const place = server.world.addGroup({ title });
  server.world.join(place, by.person, { role: 'creator' });
  for (const person of people) server.world.join(place, person, { invitedBy: by.person });
  const users = people.map(({ id }) => long(id));
  const updates = notice(server, by, place, new Api.MessageActionChatCreate({ title, users }));
  return { place, updates: [...tellParticipants(server, by, place), ...updates] };
}

/** Somebody makes a supergroup, a forum or a broadcast channel. */
export function createChannel(
  server: TelegramServer,
  by: Doer,
  facts: Partial<ChannelPlace> & { readonly title: string },
): Made<ChannelPlace> {
  const place = server.world.addChannel(facts);
  server.world.join(place, by.person, { role: 'creator' });
  const update = new Api.UpdateChannel({ channelId: channelPeer(place).channelId });
  tell(server, by.person, [update], by.session);
  const created = notice(server, by, place, new Api.MessageActionChannelCreate({ title: facts.title }));
  return { place, updates: [update, ...created] };
}

/** A service message. Returns the update for who caused it. */
export function notice(
  server: TelegramServer,
  { person, session }: Doer,
  place: Group,
  action: Api.TypeMessageAction,
  words: Words = {},
): readonly Api.TypeUpdate[] {
  return [post(server, person, place, { ...words, action }, session).update];
}

export function retitle(
  server: TelegramServer,
  by: Doer,
  place: Group,
  title: string,
): readonly Api.TypeUpdate[] {
  place.title = title;
  return notice(server, by, place, new Api.MessageActionChatEditTitle({ title }));
}

/** Another picture, or none. */
export function repaint(
  server: TelegramServer,
  by: Doer,
  place: Group,
  photo: Api.Photo | undefined,
): readonly Api.TypeUpdate[] {
  place.photo = photo && shownPhoto(photo);
  const action = photo
    ? new Api.MessageActionChatEditPhoto({ photo })
    : new Api.MessageActionChatDeletePhoto();
  return notice(server, by, place, action);
}

/** What ordinary members may not do. */
export function limitAll(
  server: TelegramServer,
  by: Doer,
  place: Group,
  limits: Api.ChatBannedRights,
): readonly Api.TypeUpdate[] {
  place.limits = limits;
  const version = place.kind === 'group' ? ++place.version : 1;
  const update = new Api.UpdateChatDefaultBannedRights({
    ...{ peer: peerOf(place), defaultBannedRights: limits, version },
  });
  return tellAll(server, by, place, update);
}

/** Something about a group is different, for which there is no message. Returns the update for who did it. */
export function changed(server: TelegramServer, by: Doer, place: Group): readonly Api.TypeUpdate[] {
  const update =
    place.kind === 'group'
      ? new Api.UpdateChat({ chatId: groupPeer(place).chatId })
      : new Api.UpdateChannel({ channelId: channelPeer(place).channelId });
  return tellAll(server, by, place, update);
}

/** Tells all in a group who is in it. */
export function tellParticipants(
  server: TelegramServer,
  by: Doer,
  place: GroupPlace,
): readonly Api.TypeUpdate[] {
  place.version += 1;
  return tellAll(server, by, place, new Api.UpdateChatParticipants({ participants: participants(place) }));
}

/** Who is in a basic group. */
export function participants(place: GroupPlace): Api.ChatParticipants {
  return new Api.ChatParticipants({
    ...{ chatId: long(place.id), version: place.version },
    participants: presentMembers(place).flatMap((person): readonly Api.TypeChatParticipant[] => {
      const membership = place.members.get(person);
      if (!membership) return [];
      const { since: date, role, invitedBy } = membership;
      const common = { userId: long(person.id), inviterId: long(invitedBy?.id ?? person.id), date };
      if (role === 'creator') return [new Api.ChatParticipantCreator({ userId: long(person.id) })];
      return [rightsOf(membership) ? new Api.ChatParticipantAdmin(common) : new Api.ChatParticipant(common)];
    }),
  });
}

/** One and the same update for all who are there. Returns it for who caused it. */
export function tellAll(
  server: TelegramServer,
  by: Doer,
  place: Group,
  update: Api.TypeUpdate,
): readonly Api.TypeUpdate[] {
  for (const person of server.listeners(place))
    tell(server, person, [update], person === by.person ? by.session : undefined);
  return [update];
}
