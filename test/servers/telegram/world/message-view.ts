import { Api } from 'telegram';
import type { BoxMessage } from './box.js';
import { long, personPeer } from './peers.js';
import { pollView } from './polls.js';
import type { Person } from './world.js';

/** A message of a box as its owner, or in a channel `viewer`, sees it. */
export function messageView(message: BoxMessage, viewer: Person): Api.Message | Api.MessageService {
  const { peer } = message;
  const out =
    peer instanceof Api.PeerChannel ? message.author === viewer && message.post !== true : message.out;
  // Whose words they are goes without saying in a private chat.
  const from = peer instanceof Api.PeerUser && !out ? undefined : message.from;
  const common = {
    ...{ id: message.id, peerId: peer, date: message.date, out },
    ...{
      silent: message.silent === true,
      mentioned: message.mentions?.includes(viewer) === true,
      mediaUnread: message.mediaUnread === true,
      post: message.post === true,
    },
    ...(from && { fromId: from }),
    ...(message.replyTo && { replyTo: message.replyTo }),
  };
  if (message.action) return new Api.MessageService({ ...common, action: message.action });
  const reactions = reactionsView(message, viewer);
  const media = message.poll ? pollView(message.poll, viewer) : message.media;
  const replies = repliesView(message);
  return new Api.Message({
    ...common,
    ...{ message: message.text, pinned: message.pinned === true },
    ...(message.entities.length > 0 && { entities: [...message.entities] }),
    ...(media && { media }),
    ...(message.forward && { fwdFrom: message.forward }),
    ...(message.markup && { replyMarkup: message.markup }),
    ...(message.groupedId !== undefined && { groupedId: long(message.groupedId) }),
    // A reaction is an edit that is not to be shown, unless it is hidden behind one that is.
    ...(message.editDate !== undefined
      ? { editDate: message.editDate }
      : message.reacted !== undefined && { editDate: message.reacted, editHide: true }),
    ...(message.viaBot !== undefined && { viaBotId: long(message.viaBot) }),
    ...(message.ttl !== undefined && { ttlPeriod: message.ttl }),
    ...(message.views !== undefined && { views: message.views, forwards: 0 }),
    ...(message.signature !== undefined && { postAuthor: message.signature }),
    ...(reactions && { reactions }),
    ...(replies && { replies }),
  });
}

/** How much a channel's post was commented on. */
function repliesView({ discussion }: BoxMessage): Api.MessageReplies | undefined {
  if (!discussion) return undefined;
  const { channel, id } = discussion;
  const comments = channel.box
    .newest()
    .filter(({ replyTo }) => replyTo instanceof Api.MessageReplyHeader && topOf(replyTo) === id);
  return new Api.MessageReplies({
    ...{ comments: true, replies: comments.length, repliesPts: channel.box.pts },
    channelId: long(channel.id),
    ...(comments[0] && { maxId: comments[0].id }),
  });
}

/** The first message of the thread that an answer belongs to. */
export function topOf({ replyToTopId, replyToMsgId }: Api.MessageReplyHeader): number | undefined {
  return replyToTopId ?? replyToMsgId ?? undefined;
}

/** Reactions to a message, counted, with those of the viewer marked. */
export function reactionsView({ reactions }: BoxMessage, viewer: Person): Api.MessageReactions | undefined {
  if (reactions.size === 0) return undefined;
  const counts = new Map<string, { reaction: Api.TypeReaction; count: number; chosen: number | undefined }>();
  const recent: Api.MessagePeerReaction[] = [];
  for (const [person, chosen] of reactions) {
    for (const [order, reaction] of chosen.entries()) {
      const name = reactionName(reaction);
      const known = counts.get(name);
      counts.set(name, {
        reaction,
        count: (known?.count ?? 0) + 1,
        chosen: person === viewer.id ? order : known?.chosen,
      });
      recent.push(
        new Api.MessagePeerReaction({
          ...{ peerId: personPeer({ id: person }), date: 0, reaction },
          my: person === viewer.id,
        }),
      );
    }
  }
  return new Api.MessageReactions({
    canSeeList: true,
    results: [...counts.values()].map(
      ({ reaction, count, chosen }) =>
        new Api.ReactionCount({ reaction, count, ...(chosen !== undefined && { chosenOrder: chosen }) }),
    ),
    recentReactions: recent.slice(-MAX_RECENT).reverse(),
  });
}

/** Who reacted last is told, of all the others their number. */
const MAX_RECENT = 3;

/** An emoji, or `#` and the number of a custom one. */
export function reactionName(reaction: Api.TypeReaction): string {
  if (reaction instanceof Api.ReactionEmoji) return reaction.emoticon;
  return reaction instanceof Api.ReactionCustomEmoji ? `#${reaction.documentId}` : '';
}
