import { Api } from 'telegram';
import type { TgEvent, TgStanding } from '../events.js';
import type { PeerId, TgChat, TgReactions } from '../model.js';
import { toPoll } from './media-to-model.js';
import { toMessage, toReactions } from './messages-to-model.js';
import { toPeerId, toStatus } from './peers-to-model.js';

/** What has to be known besides an update. */
export interface EventContext {
  readonly me: PeerId;
  forum(chat: PeerId): boolean;
  /** What is known of a group or channel. */
  chat(id: PeerId): TgChat | undefined;
  /** Polls that messages have shown: their results come without them. */
  readonly polls: ReadonlyMap<string, Api.Poll>;
}

const MS = 1_000;
const NO_REACTIONS: TgReactions = { counts: [], recent: [], own: [] };
const channel = (id: { toString(): string }): PeerId => `c${id}`;
const group = (id: { toString(): string }): PeerId => `g${id}`;
const user = (id: { toString(): string }): PeerId => `u${id}`;

/** What an update tells, in terms of the client; nothing for what is of no concern. */
export function toEvents(update: Api.TypeUpdate, context: EventContext): readonly TgEvent[] {
  return messageEvents(update, context) ?? stateEvents(update, context) ?? memberEvents(update) ?? [];
}

function messageEvents(update: Api.TypeUpdate, context: EventContext): readonly TgEvent[] | undefined {
  const read = (message: Api.TypeMessage) => toMessage(message, context.me, (chat) => context.forum(chat));
  if (update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage) {
    const message = read(update.message);
    return message ? [{ type: 'message', message }] : [];
  }
  if (update instanceof Api.UpdateEditMessage || update instanceof Api.UpdateEditChannelMessage) {
    const message = read(update.message);
    if (!message) return [];
    // Nothing that is said has changed, but counters, reactions or buttons.
    const hidden = message.edited === undefined && message.buttons === undefined;
    const { chat, id, reactions } = message;
    return [
      ...(hidden ? [] : [{ type: 'edited', message } as const]),
      // The last one may have been taken back.
      ...(reactions || hidden
        ? [{ type: 'reactions', chat, message: id, reactions: reactions ?? NO_REACTIONS } as const]
        : []),
    ];
  }
  if (update instanceof Api.UpdateDeleteMessages) return [{ type: 'deleted', messages: update.messages }];
  if (update instanceof Api.UpdateDeleteChannelMessages)
    return [{ type: 'deleted', messages: update.messages, chat: channel(update.channelId) }];
  if (update instanceof Api.UpdatePinnedMessages) return [{ ...pinned(update), chat: toPeerId(update.peer) }];
  if (update instanceof Api.UpdatePinnedChannelMessages)
    return [{ ...pinned(update), chat: channel(update.channelId) }];
  if (update instanceof Api.UpdateMessageReactions) {
    const { peer, msgId, reactions } = update;
    return [{ type: 'reactions', chat: toPeerId(peer), message: msgId, reactions: toReactions(reactions) }];
  }
  if (update instanceof Api.UpdateMessagePoll) {
    const poll = update.poll ?? context.polls.get(String(update.pollId));
    return poll ? [{ type: 'poll', poll: toPoll(poll, update.results) }] : [];
  }
  return undefined;
}

function pinned({
  pinned: set,
  messages,
}: {
  readonly pinned?: boolean | undefined;
  readonly messages: readonly number[];
}) {
  return { type: 'pinned', messages, pinned: set === true } as const;
}

function stateEvents(update: Api.TypeUpdate, { me, chat }: EventContext): readonly TgEvent[] | undefined {
  if (update instanceof Api.UpdateReadHistoryInbox)
    return [{ type: 'read', chat: toPeerId(update.peer), upTo: update.maxId, by: 'me' }];
  if (update instanceof Api.UpdateReadHistoryOutbox)
    return [{ type: 'read', chat: toPeerId(update.peer), upTo: update.maxId, by: 'them' }];
  if (update instanceof Api.UpdateReadChannelInbox)
    return [{ type: 'read', chat: channel(update.channelId), upTo: update.maxId, by: 'me' }];
  if (update instanceof Api.UpdateReadChannelOutbox)
    return [{ type: 'read', chat: channel(update.channelId), upTo: update.maxId, by: 'them' }];
  if (
    update instanceof Api.UpdateReadChannelDiscussionInbox ||
    update instanceof Api.UpdateReadChannelDiscussionOutbox
  ) {
    const by = update instanceof Api.UpdateReadChannelDiscussionInbox ? 'me' : 'them';
    const { channelId, topMsgId: topic, readMaxId: upTo } = update;
    return [{ type: 'read', chat: channel(channelId), upTo, by, topic }];
  }
  if (update instanceof Api.UpdateUserTyping)
    return typing(user(update.userId), user(update.userId), update.action, me);
  if (update instanceof Api.UpdateChatUserTyping)
    return typing(group(update.chatId), toPeerId(update.fromId), update.action, me);
  if (update instanceof Api.UpdateChannelUserTyping)
    return typing(channel(update.channelId), toPeerId(update.fromId), update.action, me, update.topMsgId);
  if (update instanceof Api.UpdateUserStatus)
    return [{ type: 'status', person: user(update.userId), status: toStatus(update.status) }];
  if (update instanceof Api.UpdateNotifySettings) {
    const { peer, notifySettings } = update;
    return peer instanceof Api.NotifyPeer
      ? [{ type: 'muted', chat: toPeerId(peer.peer), muted: isMuted(notifySettings) }]
      : [];
  }
  if (update instanceof Api.UpdatePeerBlocked)
    return [{ type: 'blocked', person: toPeerId(update.peerId), blocked: update.blocked === true }];
  // Something about it is another, or the account has come into it: the update brings it along.
  if (update instanceof Api.UpdateChannel || update instanceof Api.UpdateChat) {
    const id = update instanceof Api.UpdateChannel ? channel(update.channelId) : group(update.chatId);
    const known = chat(id);
    return known ? [{ type: 'chat', chat: known }] : [];
  }
  if (update instanceof Api.UpdateContactsReset) return [{ type: 'contacts-changed' }];
  return undefined;
}

/** Whether somebody wants to hear nothing of a conversation for now. */
export function isMuted({ muteUntil }: Api.PeerNotifySettings): boolean {
  return typeof muteUntil === 'number' && muteUntil * MS > Date.now();
}

function typing(
  chat: PeerId,
  who: PeerId,
  action: Api.TypeSendMessageAction,
  me: PeerId,
  top?: number | null,
): readonly TgEvent[] {
  if (who === me) return [];
  const topic = top === undefined || top === null ? {} : { topic: top };
  return [{ type: 'typing', chat, who, typing: !(action instanceof Api.SendMessageCancelAction), ...topic }];
}

function memberEvents(update: Api.TypeUpdate): readonly TgEvent[] | undefined {
  const member = (chat: PeerId, who: PeerId, standing: TgStanding, by?: PeerId): readonly TgEvent[] => [
    { type: 'member', chat, who, standing, ...(by !== undefined && { by }) },
  ];
  if (update instanceof Api.UpdateChatParticipantAdd)
    return member(group(update.chatId), user(update.userId), 'member', user(update.inviterId));
  if (update instanceof Api.UpdateChatParticipantDelete)
    return member(group(update.chatId), user(update.userId), 'left');
  if (update instanceof Api.UpdateChatParticipantAdmin)
    return member(group(update.chatId), user(update.userId), update.isAdmin ? 'admin' : 'member');
  if (update instanceof Api.UpdateChatParticipant) {
    const { chatId, userId, actorId, newParticipant } = update;
    const standing = newParticipant ? groupStanding(newParticipant) : 'left';
    return member(group(chatId), user(userId), standing, user(actorId));
  }
  if (update instanceof Api.UpdateChannelParticipant) {
    const { channelId, userId, actorId, newParticipant } = update;
    const standing = newParticipant ? channelStanding(newParticipant) : 'left';
    return member(channel(channelId), user(userId), standing, user(actorId));
  }
  if (update instanceof Api.UpdateChatParticipants) {
    const { participants } = update;
    if (!(participants instanceof Api.ChatParticipants)) return [];
    return participants.participants.flatMap((one) =>
      member(group(participants.chatId), user(one.userId), groupStanding(one)),
    );
  }
  return undefined;
}

/** What somebody is in a basic group. */
export function groupStanding(participant: Api.TypeChatParticipant): TgStanding {
  if (participant instanceof Api.ChatParticipantCreator) return 'creator';
  return participant instanceof Api.ChatParticipantAdmin ? 'admin' : 'member';
}

/** What somebody is in a supergroup or channel. */
export function channelStanding(participant: Api.TypeChannelParticipant): TgStanding {
  if (participant instanceof Api.ChannelParticipantCreator) return 'creator';
  if (participant instanceof Api.ChannelParticipantAdmin) return 'admin';
  if (participant instanceof Api.ChannelParticipantLeft) return 'left';
  if (!(participant instanceof Api.ChannelParticipantBanned)) return 'member';
  return participant.bannedRights.viewMessages === true ? 'banned' : 'restricted';
}
