import bigInt from 'big-integer';
import { Api } from 'telegram';
import type { PeerId } from '../../model.js';
import type { Parts } from '../answers.js';

/** What a client is told of one peer beyond the short form. */
export interface About {
  readonly text: string;
  readonly commonChats?: number;
  readonly linkedChat?: PeerId;
  readonly slowModeSeconds?: number;
  readonly pinned?: number;
  readonly members?: number;
  readonly inviteLink?: string;
  readonly reactions?: 'all' | readonly string[];
}

/** The long form of a group or channel. */
export async function fullChat(parts: Parts, chat: PeerId): Promise<Api.TypeChatFull> {
  const { directory, requests, stream } = parts;
  const answer = await requests.invoke(
    chat.startsWith('c')
      ? new Api.channels.GetFullChannel({ channel: await directory.inputChannel(chat) })
      : new Api.messages.GetFullChat({ chatId: bigInt(chat.slice(1)) }),
  );
  stream.learn(answer.users, answer.chats);
  return answer.fullChat;
}

/** What is to be known of a person, a group or a channel. */
export async function about(parts: Parts, peer: PeerId): Promise<About> {
  if (!peer.startsWith('u')) return aboutChat(await fullChat(parts, peer));
  const { directory, requests, stream } = parts;
  const answer = await requests.invoke(new Api.users.GetFullUser({ id: await directory.inputUser(peer) }));
  stream.learn(answer.users, answer.chats);
  const { about: text, commonChatsCount, pinnedMsgId } = answer.fullUser;
  return {
    ...{ text: text ?? '', commonChats: commonChatsCount },
    ...(typeof pinnedMsgId === 'number' && { pinned: pinnedMsgId }),
  };
}

function aboutChat(full: Api.TypeChatFull): About {
  const { about: text, exportedInvite, pinnedMsgId, availableReactions } = full;
  const channel = full instanceof Api.ChannelFull ? full : undefined;
  return {
    text,
    ...(channel?.linkedChatId && { linkedChat: `c${channel.linkedChatId}` as const }),
    ...(channel?.slowmodeSeconds && { slowModeSeconds: channel.slowmodeSeconds }),
    ...(typeof pinnedMsgId === 'number' && { pinned: pinnedMsgId }),
    ...(typeof channel?.participantsCount === 'number' && { members: channel.participantsCount }),
    ...(exportedInvite instanceof Api.ChatInviteExported && { inviteLink: exportedInvite.link }),
    reactions: reactionsOf(availableReactions ?? undefined),
  };
}

function reactionsOf(allowed: Api.TypeChatReactions | undefined): 'all' | readonly string[] {
  if (allowed instanceof Api.ChatReactionsAll) return 'all';
  if (!(allowed instanceof Api.ChatReactionsSome)) return [];
  return allowed.reactions.flatMap((one) => (one instanceof Api.ReactionEmoji ? one.emoticon : []));
}
