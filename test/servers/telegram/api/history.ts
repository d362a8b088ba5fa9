import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { messageView, topOf } from '../world/message-view.js';
import { threadPositions, unread } from '../world/reading.js';
import { type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { found, page } from './pages.js';
import { channelOf, messageOf, messagesOf, placeOf } from './peers.js';

/** Reading what was said (core.telegram.org/api/offsets). */
export const historyMethods: readonly Method[] = [
  method(Api.messages.GetHistory, (request, call) => {
    const place = placeOf(request.peer, call);
    const all = messagesOf(place, caller(call));
    return found(page(all, request), all.length, place, call);
  }),
  method(Api.messages.GetMessages, ({ id }, call) => {
    const { box } = caller(call);
    const messages = id.flatMap((one) => wanted(one, box.messages));
    return found(messages, messages.length, undefined, call);
  }),
  method(Api.channels.GetMessages, ({ channel: input, id }, call) => {
    const channel = channelOf(input, call);
    const messages = id.flatMap((one) => wanted(one, channel.box.messages));
    return found(messages, messages.length, channel, call);
  }),
  method(Api.messages.GetReplies, (request, call) => {
    const { place, top } = threadOf(request.peer, request.msgId, call);
    const all = thread(place.box.newest(), top);
    return found(page(all, request), all.length, place, call);
  }),
  method(Api.messages.GetDiscussionMessage, ({ peer, msgId }, call) => {
    const viewer = caller(call);
    const { place, top } = threadOf(peer, msgId, call);
    const message = place.box.messages.get(top) ?? refuse('MSG_ID_INVALID');
    const comments = thread(place.box.newest(), top);
    const { inbox, outbox } = threadPositions(viewer, place, top);
    const messages = [messageView(message, viewer)];
    return new Api.messages.DiscussionMessage({
      ...{ messages, maxId: comments[0]?.id ?? top, readInboxMaxId: inbox, readOutboxMaxId: outbox },
      unreadCount: comments.filter(({ id, author }) => id > inbox && author !== viewer).length,
      ...namedFor(call, messages),
    });
  }),
  method(Api.messages.GetUnreadMentions, (request, call) => {
    const place = placeOf(request.peer, call);
    const viewer = caller(call);
    const count = unread(place, viewer);
    const all = messagesOf(place, viewer)
      .slice(0, count)
      .filter(({ mentions }) => mentions?.includes(viewer));
    return found(page(all, request), all.length, place, call);
  }),
  method(Api.messages.GetMessagesViews, ({ peer, id, increment }, call) => {
    const place = placeOf(peer, call);
    const messages = id.map((one) => messageOf(place, one, caller(call)));
    return new Api.messages.MessageViews({
      views: messages.map((message) => {
        if (increment && message.views !== undefined) message.views += 1;
        return new Api.MessageViews({ views: message.views ?? 0 });
      }),
      ...{ users: [], chats: [] },
    });
  }),
];

function wanted(
  input: Api.TypeInputMessage,
  messages: ReadonlyMap<number, BoxMessage>,
): readonly BoxMessage[] {
  const named = input instanceof Api.InputMessageID || input instanceof Api.InputMessageReplyTo;
  const message = named ? messages.get(input.id) : undefined;
  if (!message || input instanceof Api.InputMessageID) return message ? [message] : [];
  const answered = message.replyTo instanceof Api.MessageReplyHeader && message.replyTo.replyToMsgId;
  return wanted(new Api.InputMessageID({ id: answered || 0 }), messages);
}

/** The thread of a message: a topic, the answers to it, or for a channel's post its comments. */
function threadOf(peer: unknown, id: number, call: Call) {
  const place = placeOf(peer, call);
  if (place.kind !== 'channel') return refuse('PEER_ID_INVALID');
  const message = messageOf(place, id, caller(call));
  if (!place.broadcast) return { place, top: id };
  const { discussion } = message;
  return discussion ? { place: discussion.channel, top: discussion.id } : refuse('MSG_ID_INVALID');
}

function thread(messages: readonly BoxMessage[], top: number): readonly BoxMessage[] {
  return messages.filter(
    ({ id, topic, replyTo }) =>
      (topic === top && id !== top) || (replyTo instanceof Api.MessageReplyHeader && topOf(replyTo) === top),
  );
}
