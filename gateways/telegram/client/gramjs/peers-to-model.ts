import { Api } from 'telegram';
import type { PeerId, TgChat, TgPerson, TgRights, TgStatus } from '../model.js';

const MS = 1_000;

/** The permanent id behind any peer. */
export function toPeerId(peer: Api.TypePeer): PeerId {
  if (peer instanceof Api.PeerUser) return `u${peer.userId}`;
  return peer instanceof Api.PeerChat ? `g${peer.chatId}` : `c${peer.channelId}`;
}

/** Undefined for one that the server has nothing of. */
export function toPerson(user: Api.TypeUser): TgPerson | undefined {
  if (!(user instanceof Api.User)) return undefined;
  const { firstName, lastName, phone, photo } = user;
  const username = user.username ?? user.usernames?.find(({ active }) => active)?.username;
  return {
    id: `u${user.id}`,
    firstName: firstName ?? '',
    lastName: lastName ?? '',
    ...(username && { username }),
    ...(phone && { phone }),
    bot: user.bot === true,
    deleted: user.deleted === true,
    contact: user.contact === true,
    self: user.self === true,
    ...(photo instanceof Api.UserProfilePhoto && { photo: String(photo.photoId) }),
    status: toStatus(user.status),
  };
}

export function toStatus(status: Api.TypeUserStatus | undefined | null): TgStatus {
  if (status instanceof Api.UserStatusOnline) return { kind: 'online', until: status.expires * MS };
  if (status instanceof Api.UserStatusOffline) return { kind: 'offline', since: status.wasOnline * MS };
  if (status instanceof Api.UserStatusRecently) return { kind: 'recently' };
  if (status instanceof Api.UserStatusLastWeek) return { kind: 'last-week' };
  if (status instanceof Api.UserStatusLastMonth) return { kind: 'last-month' };
  return { kind: 'unknown' };
}

/** Undefined for one that the server has nothing of. */
export function toChat(chat: Api.TypeChat): TgChat | undefined {
  if (chat instanceof Api.Chat) return toGroup(chat);
  if (chat instanceof Api.Channel) return toChannel(chat);
  if (chat instanceof Api.ChatForbidden) return { ...closed(chat.title), id: `g${chat.id}`, kind: 'group' };
  if (chat instanceof Api.ChannelForbidden)
    return { ...closed(chat.title), id: `c${chat.id}`, kind: chat.broadcast ? 'channel' : 'supergroup' };
  return undefined;
}

function toGroup(chat: Api.Chat): TgChat {
  const { migratedTo, photo } = chat;
  return {
    id: `g${chat.id}`,
    kind: 'group',
    forum: false,
    title: chat.title,
    ...(photo instanceof Api.ChatPhoto && { photo: String(photo.photoId) }),
    members: chat.participantsCount,
    left: chat.left === true || chat.deactivated === true,
    banned: false,
    rights: toRights(chat.creator === true, chat.adminRights, chat.defaultBannedRights, true),
    ...{ slowMode: false, linked: false },
    ...(migratedTo instanceof Api.InputChannel && { migratedTo: `c${migratedTo.channelId}` as const }),
  };
}

function toChannel(chat: Api.Channel): TgChat {
  const { photo, broadcast } = chat;
  const banned = chat.bannedRights?.viewMessages === true;
  const limits = [chat.defaultBannedRights, chat.bannedRights];
  const username = chat.username ?? chat.usernames?.find(({ active }) => active)?.username;
  return {
    id: `c${chat.id}`,
    kind: broadcast ? 'channel' : 'supergroup',
    forum: chat.forum === true,
    title: chat.title,
    ...(username && { username }),
    ...(photo instanceof Api.ChatPhoto && { photo: String(photo.photoId) }),
    ...(typeof chat.participantsCount === 'number' && { members: chat.participantsCount }),
    left: chat.left === true,
    banned,
    rights: toRights(chat.creator === true, chat.adminRights, merged(limits), !broadcast),
    ...{ slowMode: chat.slowmodeEnabled === true, linked: chat.hasLink === true },
  };
}

/** What ordinary members may not do, together with what this one may not. */
function merged(
  limits: readonly (Api.TypeChatBannedRights | undefined | null)[],
): Partial<Api.ChatBannedRights> {
  const all: Record<string, boolean> = {};
  for (const one of limits)
    for (const [name, value] of Object.entries(one ?? {})) if (value === true) all[name] = true;
  return all as Partial<Api.ChatBannedRights>;
}

function toRights(
  creator: boolean,
  admin: Api.TypeChatAdminRights | undefined | null,
  limits: Partial<Api.ChatBannedRights> | undefined | null,
  membersSpeak: boolean,
): TgRights {
  const may = (right: keyof Api.ChatAdminRights) => creator || admin?.[right] === true;
  const unless = (limit: keyof Api.ChatBannedRights) => limits?.[limit] !== true;
  const staff = creator || (admin !== undefined && admin !== null);
  const send = membersSpeak ? staff || (unless('sendMessages') && unless('sendPlain')) : may('postMessages');
  return {
    creator,
    admin: staff,
    send,
    media: send && (staff || unless('sendMedia')),
    delete: may('deleteMessages'),
    ban: may('banUsers'),
    invite: may('inviteUsers') || (membersSpeak && unless('inviteUsers')),
    pin: may('pinMessages') || (membersSpeak && unless('pinMessages')),
    changeInfo: may('changeInfo') || (membersSpeak && unless('changeInfo')),
    promote: may('addAdmins'),
  };
}

/** A chat that the account was thrown out of, or cannot see. */
function closed(title: string): Omit<TgChat, 'id' | 'kind'> {
  const none = { send: false, media: false, delete: false, ban: false, invite: false };
  return {
    ...{ forum: false, title, left: true, banned: true, slowMode: false, linked: false },
    rights: { ...none, creator: false, admin: false, pin: false, changeInfo: false, promote: false },
  };
}
