import bigInt from 'big-integer';
import { Api } from 'telegram';
import type { BoxMessage } from './box.js';
import type { ChannelPlace, GroupPlace, Person, StoredPhoto } from './world.js';

/** The number as the client library wants it. */
export const long = (value: bigint | number) => bigInt(value.toString());

export const personPeer = ({ id }: { readonly id: number }) => new Api.PeerUser({ userId: long(id) });
export const groupPeer = ({ id }: { readonly id: number }) => new Api.PeerChat({ chatId: long(id) });
export const channelPeer = ({ id }: { readonly id: number }) => new Api.PeerChannel({ channelId: long(id) });

export function peerOf(place: Person | GroupPlace | ChannelPlace): Api.TypePeer {
  if (place.kind === 'person') return personPeer(place);
  return place.kind === 'group' ? groupPeer(place) : channelPeer(place);
}

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

function statusOf({ status, bot, deleted }: Person): Api.TypeUserStatus | undefined {
  if (bot || deleted || status === 'hidden') return undefined;
  if (status === 'recently') return new Api.UserStatusRecently({});
  return status.online
    ? new Api.UserStatusOnline({ expires: status.at })
    : new Api.UserStatusOffline({ wasOnline: status.at });
}

function profilePhoto({ id, centre }: StoredPhoto): Api.UserProfilePhoto {
  return new Api.UserProfilePhoto({ photoId: long(id), dcId: centre });
}

/** A group or channel as somebody sees it. */
export function chatView(place: GroupPlace | ChannelPlace, viewer: Person): Api.TypeChat {
  const membership = place.members.get(viewer);
  const left = !membership || membership.role === 'left';
  const photo = place.photo
    ? new Api.ChatPhoto({ photoId: long(place.photo.id), dcId: place.photo.centre })
    : new Api.ChatPhotoEmpty();
  const common = {
    ...{ id: long(place.id), title: place.title, photo, date: place.created, left },
    creator: membership?.role === 'creator',
  };
  if (membership?.role === 'banned') {
    return place.kind === 'group'
      ? new Api.ChatForbidden({ id: long(place.id), title: place.title })
      : new Api.ChannelForbidden({
          ...{ id: long(place.id), accessHash: long(place.accessHash), title: place.title },
          ...{ broadcast: place.broadcast, megagroup: !place.broadcast },
        });
  }
  const count = [...place.members.values()].filter(({ role }) => role !== 'left' && role !== 'banned').length;
  if (place.kind === 'group') {
    const { migratedTo } = place;
    return new Api.Chat({
      ...common,
      ...{ participantsCount: count, version: 1, deactivated: migratedTo !== undefined },
      ...(migratedTo && {
        migratedTo: new Api.InputChannel({
          channelId: long(migratedTo.id),
          accessHash: long(migratedTo.accessHash),
        }),
      }),
    });
  }
  return new Api.Channel({
    ...common,
    ...{ accessHash: long(place.accessHash), broadcast: place.broadcast, megagroup: !place.broadcast },
    ...{ forum: place.forum, participantsCount: count, slowmodeEnabled: place.slowModeSeconds > 0 },
    ...(place.username !== undefined && { username: place.username }),
    ...(membership?.role === 'admin' && { adminRights: allRights() }),
  });
}

/** Every right that an administrator may have. */
export function allRights(): Api.ChatAdminRights {
  return new Api.ChatAdminRights({
    ...{ changeInfo: true, postMessages: true, editMessages: true, deleteMessages: true, banUsers: true },
    ...{ inviteUsers: true, pinMessages: true, manageTopics: true, other: true },
  });
}

/** A message of a box as its owner, or in a channel `viewer`, sees it. */
export function messageView(message: BoxMessage, viewer: Person): Api.TypeMessage {
  const own = message.from instanceof Api.PeerUser && message.from.userId.equals(viewer.id);
  const out = message.peer instanceof Api.PeerChannel ? own && message.post !== true : message.out;
  const common = {
    ...{ id: message.id, peerId: message.peer, date: message.date, out },
    ...{
      silent: message.silent === true,
      mentioned: message.mentioned === true,
      post: message.post === true,
    },
    ...(message.from && { fromId: message.from }),
    ...(message.replyTo && { replyTo: message.replyTo }),
  };
  if (message.action) return new Api.MessageService({ ...common, action: message.action });
  const reactions = reactionsView(message, viewer);
  return new Api.Message({
    ...common,
    ...{ message: message.text, pinned: message.pinned === true },
    ...(message.entities.length > 0 && { entities: [...message.entities] }),
    ...(message.media && { media: message.media }),
    ...(message.forward && { fwdFrom: message.forward }),
    ...(message.markup && { replyMarkup: message.markup }),
    ...(message.groupedId !== undefined && { groupedId: long(message.groupedId) }),
    ...(message.editDate !== undefined && { editDate: message.editDate }),
    ...(message.viaBot !== undefined && { viaBotId: long(message.viaBot) }),
    ...(message.ttl !== undefined && { ttlPeriod: message.ttl }),
    ...(message.views !== undefined && { views: message.views }),
    ...(reactions && { reactions }),
  });
}

/** Reactions to a message, counted, with those of the viewer marked. */
export function reactionsView({ reactions }: BoxMessage, viewer: Person): Api.MessageReactions | undefined {
  if (reactions.size === 0) return undefined;
  const counts = new Map<string, { reaction: Api.TypeReaction; count: number; chosen: boolean }>();
  const recent: Api.MessagePeerReaction[] = [];
  for (const [person, chosen] of reactions) {
    for (const reaction of chosen) {
      const name = reactionName(reaction);
      const known = counts.get(name) ?? { reaction, count: 0, chosen: false };
      counts.set(name, {
        reaction,
        count: known.count + 1,
        chosen: known.chosen || person === viewer.id,
      });
      recent.push(
        new Api.MessagePeerReaction({
          peerId: personPeer({ id: person }),
          date: 0,
          reaction,
          my: person === viewer.id,
        }),
      );
    }
  }
  return new Api.MessageReactions({
    canSeeList: true,
    results: [...counts.values()].map(
      ({ reaction, count, chosen }) =>
        new Api.ReactionCount({ reaction, count, ...(chosen && { chosenOrder: 0 }) }),
    ),
    recentReactions: recent,
  });
}

function reactionName(reaction: Api.TypeReaction): string {
  if (reaction instanceof Api.ReactionEmoji) return reaction.emoticon;
  return reaction instanceof Api.ReactionCustomEmoji ? `#${reaction.documentId}` : '';
}
