import { Api } from 'telegram';
import { remove } from '../world/changes.js';
import { messageView } from '../world/message-view.js';
import { long } from '../world/peers.js';
import { hasRight, kept } from '../world/rights.js';
import { createTopic, editTopic, pinTopic, topicView } from '../world/topics.js';
import type { ChannelPlace, Topic } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { doer } from './groups.js';
import { channelOf } from './peers.js';

/** Topics of one page. */
const MAX_PAGE = 100;
const MAX_TITLE = 128;

/** Topics of forums (core.telegram.org/api/forum). */
export const topicMethods: readonly Method[] = [
  method(Api.channels.GetForumTopics, ({ channel: input, q, offsetTopic, limit }, call) => {
    const channel = forumOf(input, call);
    const views = [...channel.topics.values()]
      .filter(({ title }) => !q || title.toLowerCase().includes(q.toLowerCase()))
      .map((topic) => topicView(channel, topic, caller(call)))
      .sort((one, other) => Number(other.pinned) - Number(one.pinned) || other.topMessage - one.topMessage);
    const start = offsetTopic === 0 ? 0 : views.findIndex(({ id }) => id === offsetTopic) + 1;
    return topics(channel, views.slice(start, start + Math.min(limit, MAX_PAGE)), views.length, call);
  }),
  method(Api.channels.GetForumTopicsByID, ({ channel: input, topics: ids }, call) => {
    const channel = forumOf(input, call);
    const views = ids.map((id) => {
      const topic = channel.topics.get(id);
      return topic ? topicView(channel, topic, caller(call)) : new Api.ForumTopicDeleted({ id });
    });
    return topics(channel, views, views.length, call);
  }),
  method(Api.channels.CreateForumTopic, ({ channel: input, title, randomId }, call) => {
    const channel = forumOf(input, call);
    const person = caller(call);
    if (!hasRight(channel, person, 'manageTopics') && kept(channel, person, 'manageTopics'))
      refuse('CHAT_WRITE_FORBIDDEN', 403);
    checkTitle(title);
    const { topic, updates } = createTopic(call.server, doer(call), channel, title);
    return answer(call, [
      new Api.UpdateMessageID({ id: topic.id, randomId: randomId ?? long(0) }),
      ...updates,
    ]);
  }),
  method(Api.channels.EditForumTopic, ({ channel: input, topicId, title, closed, hidden }, call) => {
    const channel = forumOf(input, call);
    const topic = topicOf(channel, topicId);
    if (!hasRight(channel, caller(call), 'manageTopics') && topic.by !== caller(call))
      refuse('CHAT_ADMIN_REQUIRED');
    if (typeof title === 'string') checkTitle(title);
    const change = {
      ...(typeof title === 'string' && title !== topic.title && { title }),
      ...(typeof closed === 'boolean' && closed !== topic.closed && { closed }),
      ...(typeof hidden === 'boolean' && hidden !== topic.hidden && { hidden }),
    };
    if (Object.keys(change).length === 0) refuse('TOPIC_NOT_MODIFIED');
    return answer(call, editTopic(call.server, doer(call), channel, topic, change));
  }),
  method(Api.channels.UpdatePinnedForumTopic, ({ channel: input, topicId, pinned }, call) => {
    const channel = forumOf(input, call);
    if (!hasRight(channel, caller(call), 'manageTopics')) refuse('CHAT_ADMIN_REQUIRED');
    return answer(call, pinTopic(call.server, doer(call), channel, topicOf(channel, topicId), pinned));
  }),
  method(Api.channels.DeleteTopicHistory, ({ channel: input, topMsgId }, call) => {
    const channel = forumOf(input, call);
    const topic = topicOf(channel, topMsgId);
    if (!hasRight(channel, caller(call), 'deleteMessages')) refuse('CHAT_ADMIN_REQUIRED');
    const messages = channel.box.newest().filter((message) => message.topic === topic.id);
    channel.topics.delete(topic.id);
    const { server, session } = call;
    const affected = remove(server, channel.box, messages, true, caller(call), session);
    return new Api.messages.AffectedHistory({ ...affected, offset: 0 });
  }),
];

function topics(
  channel: ChannelPlace,
  views: readonly Api.TypeForumTopic[],
  count: number,
  call: Call,
): Api.messages.ForumTopics {
  const viewer = caller(call);
  const messages = views.flatMap((view) => {
    const top = view instanceof Api.ForumTopic ? channel.box.messages.get(view.topMessage) : undefined;
    return top ? [messageView(top, viewer)] : [];
  });
  return new Api.messages.ForumTopics({
    ...{ count, topics: [...views], messages, pts: channel.box.pts },
    ...namedFor(call, views, messages),
  });
}

function forumOf(input: unknown, call: Call): ChannelPlace {
  const channel = channelOf(input, call);
  return channel.forum ? channel : refuse('CHANNEL_FORUM_MISSING');
}

function topicOf(channel: ChannelPlace, id: number): Topic {
  return channel.topics.get(id) ?? refuse('TOPIC_ID_INVALID');
}

function checkTitle(title: string): void {
  if (title.trim() === '' || title.length > MAX_TITLE) refuse('TOPIC_TITLE_EMPTY');
}
