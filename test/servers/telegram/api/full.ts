import { Api } from 'telegram';
import { photoOf } from '../world/files.js';
import { participants } from '../world/groups.js';
import { channelPeer, groupPeer, long } from '../world/peers.js';
import { positions, unread } from '../world/reading.js';
import { hasRight, limitsOf } from '../world/rights.js';
import { countOf } from '../world/views.js';
import type { ChannelPlace, GroupPlace, Person } from '../world/world.js';
import { type Call, caller, type Method, method, namedFor } from './call.js';
import { inviteView, permanentInvite } from './invites.js';
import { channelOf, groupOf, messagesOf } from './peers.js';

/** Everything about a group (core.telegram.org/constructor/channelFull). */
export const fullMethods: readonly Method[] = [
  method(Api.messages.GetFullChat, ({ chatId }, call) => {
    const group = groupOf(chatId.toJSNumber(), call);
    const fullChat = new Api.ChatFull({
      ...{ ...common(group, call), id: long(group.id), about: group.about },
      participants: participants(group),
    });
    const peer = groupPeer(group);
    return new Api.messages.ChatFull({ fullChat, ...namedFor(call, fullChat, peer) });
  }),
  method(Api.channels.GetFullChannel, ({ channel: input }, call) => {
    const channel = channelOf(input, call);
    const viewer = caller(call);
    const fullChat = channelFull(channel, viewer, call);
    const peer = channelPeer(channel);
    return new Api.messages.ChatFull({ fullChat, ...namedFor(call, fullChat, peer) });
  }),
];

function channelFull(channel: ChannelPlace, viewer: Person, call: Call): Api.ChannelFull {
  const { broadcast, linked, migratedFrom, slowModeSeconds, membersHidden } = channel;
  const staff = hasRight(channel, viewer, 'other');
  const all = [...channel.members.values()];
  const { inbox, outbox } = positions(viewer, channel);
  const chatPhoto = photoOf(call.server.world, channel.photo) ?? new Api.PhotoEmpty({ id: long(0) });
  const next = (channel.lastWords.get(viewer) ?? 0) + slowModeSeconds;
  return new Api.ChannelFull({
    ...{ ...common(channel, call), id: long(channel.id), about: channel.about, chatPhoto },
    ...{ canViewParticipants: staff || (!broadcast && !membersHidden), participantsHidden: membersHidden },
    ...{ participantsCount: countOf(channel), readInboxMaxId: inbox, readOutboxMaxId: outbox },
    ...{ unreadCount: unread(channel, viewer), botInfo: [], pts: channel.box.pts },
    ...(staff && {
      adminsCount: all.filter(({ role }) => role === 'admin' || role === 'creator').length,
      kickedCount: all.filter(({ role }) => role === 'banned').length,
      bannedCount: all.filter((one) => one.role !== 'banned' && limitsOf(one)).length,
    }),
    ...(linked && { linkedChatId: long(linked.id) }),
    ...(migratedFrom && {
      migratedFromChatId: long(migratedFrom.group.id),
      migratedFromMaxId: migratedFrom.maxId,
    }),
    ...(slowModeSeconds > 0 && { slowmodeSeconds: slowModeSeconds }),
    ...(slowModeSeconds > 0 && next > call.server.seconds() && { slowmodeNextSendDate: next }),
  });
}

function common(place: GroupPlace | ChannelPlace, call: Call) {
  const viewer = caller(call);
  const pinned = messagesOf(place, viewer).find((message) => message.pinned);
  const invites = hasRight(place, viewer, 'inviteUsers');
  const photo = photoOf(call.server.world, place.photo);
  const waiting = [...place.requests.keys()];
  const muted = viewer.muted.has(`${place.kind} ${place.id}`);
  return {
    notifySettings: new Api.PeerNotifySettings(muted ? { muteUntil: 2_147_483_647 } : {}),
    availableReactions: reactionsOf(place),
    ...(place.reactionsLimit !== undefined && { reactionsLimit: place.reactionsLimit }),
    ...(photo && { chatPhoto: photo }),
    ...(pinned && { pinnedMsgId: pinned.id }),
    ...(invites && { exportedInvite: inviteView(permanentInvite(place, viewer, call), place) }),
    ...(invites &&
      waiting.length > 0 && {
        requestsPending: waiting.length,
        recentRequesters: waiting.slice(0, 5).map(({ id }) => long(id)),
      }),
  };
}

function reactionsOf({ reactions }: GroupPlace | ChannelPlace): Api.TypeChatReactions {
  if (!reactions) return new Api.ChatReactionsAll({ allowCustom: true });
  if (reactions.length === 0) return new Api.ChatReactionsNone();
  return new Api.ChatReactionsSome({ reactions: reactions.map(reactionOf) });
}

/** A reaction by its name: an emoji, or `#` and the number of a custom one. */
function reactionOf(name: string): Api.TypeReaction {
  return name.startsWith('#')
    ? new Api.ReactionCustomEmoji({ documentId: long(BigInt(name.slice(1))) })
    : new Api.ReactionEmoji({ emoticon: name });
}
