import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { type Doer, notice, tellAll } from './groups.js';
import { channelPeer, personPeer } from './peers.js';
import { threadPositions } from './reading.js';
import type { ChannelPlace, Person, Topic } from './world.js';

/** The topic to which everything belongs that names no other. */
export const GENERAL = 1;
/** Blue, as topics are unless somebody chooses. */
const ICON_COLOR = 0x6f_b9_f0;

/** Somebody opens a topic in a forum. */
export function createTopic(
  server: TelegramServer,
  by: Doer,
  channel: ChannelPlace,
  title: string,
): { readonly topic: Topic; readonly updates: readonly Api.TypeUpdate[] } {
  const action = new Api.MessageActionTopicCreate({ title, iconColor: ICON_COLOR });
  const updates = notice(server, by, channel, action);
  const message = channel.box.newest()[0];
  if (!message) throw new Error('the message was just said');
  message.topic = message.id;
  const topic = newTopic(message.id, title, by.person, server.seconds());
  channel.topics.set(topic.id, topic);
  return { topic, updates };
}

/** Somebody changes a topic. */
export function editTopic(
  server: TelegramServer,
  by: Doer,
  channel: ChannelPlace,
  topic: Topic,
  change: Partial<Pick<Topic, 'title' | 'closed' | 'hidden'>>,
): readonly Api.TypeUpdate[] {
  Object.assign(topic, change);
  const general = topic.id === GENERAL;
  return notice(server, by, channel, new Api.MessageActionTopicEdit(change), {
    ...(!general && {
      topic: topic.id,
      replyTo: new Api.MessageReplyHeader({ replyToMsgId: topic.id, forumTopic: true }),
    }),
  });
}

/** Somebody puts a topic to the top of the list, or no more. */
export function pinTopic(
  server: TelegramServer,
  by: Doer,
  channel: ChannelPlace,
  topic: Topic,
  pinned: boolean,
): readonly Api.TypeUpdate[] {
  topic.pinned = pinned;
  const update = new Api.UpdateChannelPinnedTopic({
    ...{ channelId: channelPeer(channel).channelId, pinned, topicId: topic.id },
  });
  return tellAll(server, by, channel, update);
}

/** A forum has its general topic from the beginning. */
export function generalTopic(creator: Person, created: number): Topic {
  return newTopic(GENERAL, 'General', creator, created);
}

function newTopic(id: number, title: string, by: Person, created: number): Topic {
  return { id, title, by, created, closed: false, hidden: false, pinned: false };
}

/** A topic as somebody sees it. */
export function topicView(channel: ChannelPlace, topic: Topic, viewer: Person): Api.ForumTopic {
  const messages = channel.box.newest().filter((message) => (message.topic ?? GENERAL) === topic.id);
  const { inbox, outbox } = threadPositions(viewer, channel, topic.id);
  return new Api.ForumTopic({
    ...{ id: topic.id, date: topic.created, title: topic.title, iconColor: ICON_COLOR },
    ...{ my: topic.by === viewer, closed: topic.closed, pinned: topic.pinned, hidden: topic.hidden },
    ...{ topMessage: messages[0]?.id ?? topic.id, readInboxMaxId: inbox, readOutboxMaxId: outbox },
    unreadCount: messages.filter(({ id, author }) => id > inbox && author !== viewer).length,
    ...{ unreadMentionsCount: 0, unreadReactionsCount: 0, fromId: personPeer(topic.by) },
    notifySettings: new Api.PeerNotifySettings({}),
  });
}
