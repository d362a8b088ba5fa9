import { Api } from 'telegram';
import { createGroup, type Doer, limitAll, repaint, retitle } from '../world/groups.js';
import { add, dissolve, promote, take } from '../world/members.js';
import { migrate } from '../world/migrating.js';
import { long } from '../world/peers.js';
import { hasRight, isIn, kept, type Limit, type Right } from '../world/rights.js';
import type { ChannelPlace, GroupPlace, Person } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { groupOf, groupOrChannelOf } from './peers.js';
import { uploadedPhoto } from './uploaded.js';
import { personOf } from './users.js';

/** Members of a basic group. */
const MAX_MEMBERS = 200;
const MAX_TITLE = 128;
const MAX_ABOUT = 255;

/** Basic groups, and what is changed of groups of all kinds (core.telegram.org/api/channel). */
export const groupMethods: readonly Method[] = [
  method(Api.messages.CreateChat, ({ users, title }, call) => {
    checkTitle(title);
    const people = users.map((one) => personOf(one, call));
    const [willing, unwilling] = parted(people, caller(call));
    const { updates } = createGroup(call.server, doer(call), title, willing);
    return invited(call, updates, unwilling);
  }),
  method(Api.messages.GetChats, ({ id }, call) => {
    const groups = id.map((one) => groupOf(one.toJSNumber(), call));
    const { chats } = namedFor(
      call,
      groups.map((group) => ({ chatId: long(group.id) })),
    );
    return new Api.messages.Chats({ chats });
  }),
  method(Api.messages.AddChatUser, ({ chatId, userId }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    demand(group, call, 'inviteUsers', 'inviteUsers');
    const person = personOf(userId, call);
    if (isIn(group, person)) refuse('USER_ALREADY_PARTICIPANT');
    if (group.members.size >= MAX_MEMBERS) refuse('USERS_TOO_MUCH');
    const [willing, unwilling] = parted([person], caller(call));
    const updates = willing.length > 0 ? add(call.server, doer(call), group, willing) : [];
    return invited(call, updates, unwilling);
  }),
  method(Api.messages.DeleteChatUser, ({ chatId, userId }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    const person = personOf(userId, call);
    if (!isIn(group, person)) refuse('USER_NOT_PARTICIPANT');
    const own = group.members.get(person)?.invitedBy === caller(call);
    if (person !== caller(call) && !own && !hasRight(group, caller(call), 'banUsers'))
      refuse('CHAT_ADMIN_REQUIRED');
    return answer(call, take(call.server, doer(call), group, person));
  }),
  method(Api.messages.EditChatTitle, ({ chatId, title }, call) => {
    checkTitle(title);
    const group = groupOf(chatId.toJSNumber(), call);
    demand(group, call, 'changeInfo', 'changeInfo');
    if (title === group.title) refuse('CHAT_NOT_MODIFIED');
    return answer(call, retitle(call.server, doer(call), group, title));
  }),
  method(Api.messages.EditChatPhoto, async ({ chatId, photo }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    demand(group, call, 'changeInfo', 'changeInfo');
    return answer(call, repaint(call.server, doer(call), group, await chatPhoto(photo, call)));
  }),
  method(Api.messages.EditChatAbout, ({ peer, about }, call) => {
    const place = groupOrChannelOf(peer, call);
    demand(place, call, 'changeInfo', 'changeInfo');
    if (about.length > MAX_ABOUT) refuse('CHAT_ABOUT_TOO_LONG');
    if (about === place.about) refuse('CHAT_ABOUT_NOT_MODIFIED');
    place.about = about;
    return true;
  }),
  method(Api.messages.EditChatAdmin, ({ chatId, userId, isAdmin }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    if (group.members.get(caller(call))?.role !== 'creator') refuse('CHAT_ADMIN_REQUIRED');
    const person = personOf(userId, call);
    if (!isIn(group, person)) refuse('USER_NOT_PARTICIPANT');
    const rights = isAdmin
      ? new Api.ChatAdminRights({
          ...{ changeInfo: true, deleteMessages: true, banUsers: true, inviteUsers: true },
          ...{ pinMessages: true, manageCall: true, other: true },
        })
      : undefined;
    promote(call.server, doer(call), group, person, rights);
    return true;
  }),
  method(Api.messages.EditChatDefaultBannedRights, ({ peer, bannedRights }, call) => {
    const place = groupOrChannelOf(peer, call);
    demand(place, call, 'banUsers');
    return answer(call, limitAll(call.server, doer(call), place, bannedRights));
  }),
  method(Api.messages.MigrateChat, ({ chatId }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    if (group.members.get(caller(call))?.role !== 'creator') refuse('CHAT_ADMIN_REQUIRED');
    if (group.migratedTo) refuse('CHAT_ID_INVALID');
    return answer(call, migrate(call.server, doer(call), group).updates);
  }),
  method(Api.messages.DeleteChat, ({ chatId }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    if (group.members.get(caller(call))?.role !== 'creator') refuse('CHAT_ADMIN_REQUIRED');
    dissolve(call.server, doer(call), group);
    return true;
  }),
  method(Api.messages.ToggleNoForwards, ({ peer, enabled }, call) => {
    const place = groupOrChannelOf(peer, call);
    if (place.members.get(caller(call))?.role !== 'creator') refuse('CHAT_ADMIN_REQUIRED');
    place.closedToForwards = enabled;
    return answer(call, []);
  }),
];

/** Who asks, as who does it. */
export function doer(call: Call): Doer {
  return { person: caller(call), session: call.session };
}

/** @throws {RpcFailure} when the caller has neither the right nor, where members may, no limit */
export function demand(place: GroupPlace | ChannelPlace, call: Call, right: Right, limit?: Limit): void {
  const person = caller(call);
  if (hasRight(place, person, right)) return;
  const open = place.kind === 'group' || !place.broadcast;
  if (limit && open && isIn(place, person) && kept(place, person, limit) === undefined) return;
  refuse('CHAT_ADMIN_REQUIRED');
}

export function checkTitle(title: string): void {
  if (title.trim() === '') refuse('CHAT_TITLE_EMPTY');
  if (title.length > MAX_TITLE) refuse('CHAT_TITLE_TOO_LONG');
}

/** Who lets himself be invited by the caller, and who does not. */
export function parted(
  people: readonly Person[],
  by: Person,
): readonly [willing: readonly Person[], unwilling: readonly Person[]] {
  const willing = (person: Person) =>
    !person.blocked.has(by) && !(person.privacy.has('invite') && !person.contacts.has(by));
  return [people.filter(willing), people.filter((person) => !willing(person))];
}

export function invited(
  call: Call,
  updates: readonly Api.TypeUpdate[],
  unwilling: readonly Person[],
): Api.messages.InvitedUsers {
  const missingInvitees = unwilling.map(({ id }) => new Api.MissingInvitee({ userId: long(id) }));
  return new Api.messages.InvitedUsers({ updates: answer(call, updates), missingInvitees });
}

/** A new picture of a group; undefined: none. */
export async function chatPhoto(photo: Api.TypeInputChatPhoto, call: Call): Promise<Api.Photo | undefined> {
  if (photo instanceof Api.InputChatPhotoEmpty) return undefined;
  if (photo instanceof Api.InputChatUploadedPhoto) return uploadedPhoto(photo.file, call);
  const id = photo.id instanceof Api.InputPhoto ? BigInt(photo.id.id.toString()) : 0n;
  const shown = call.server.world.files.get(id)?.shown;
  return shown instanceof Api.Photo ? shown : refuse('PHOTO_INVALID');
}
