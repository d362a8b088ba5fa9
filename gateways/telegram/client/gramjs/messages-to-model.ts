import { Api } from 'telegram';
import type { PeerId, TgButton, TgEntity, TgMessage, TgReaction, TgReactions, TgService } from '../model.js';
import { toMedia } from './media-to-model.js';
import { toPeerId } from './peers-to-model.js';

const MS = 1_000;
/** The topic of a forum to which everything belongs that names no other. */
const GENERAL_TOPIC = 1;

/**
 * A message; undefined for one of which there is nothing. `me` is the account: in private chats the server leaves out
 * who wrote.
 */
export function toMessage(
  message: Api.TypeMessage,
  me: PeerId,
  forum: (chat: PeerId) => boolean,
): TgMessage | undefined {
  if (message instanceof Api.MessageEmpty) return undefined;
  const chat = toPeerId(message.peerId);
  const own = message.out === true;
  const from = authorOf(message, chat, own ? me : chat);
  const service = message instanceof Api.MessageService ? toService(message) : undefined;
  const topic = forum(chat) ? topicOf(message, service) : undefined;
  const replyTo = replyOf(message, topic);
  const thread = chat.startsWith('c') ? threadOf(message) : undefined;
  const reactions = message.reactions ? toReactions(message.reactions) : undefined;
  const common = {
    ...{ id: message.id, chat, own, date: message.date * MS },
    ...{ mentionsMe: message.mentioned === true, silent: message.silent === true },
    ...(from && { from }),
    ...(topic !== undefined && { topic }),
    ...(thread !== undefined && topic === undefined && { thread }),
    ...(replyTo && { replyTo }),
    ...(reactions && { reactions }),
  };
  if (message instanceof Api.MessageService)
    return { ...common, text: '', entities: [], ...(service && { service }) };
  const { media, fwdFrom, groupedId, replyMarkup, viaBotId, editDate, postAuthor } = message;
  const shown = media ? toMedia(media) : undefined;
  const buttons = toButtons(replyMarkup);
  return {
    ...common,
    text: message.message,
    entities: toEntities(message.entities ?? []),
    ...(shown && { media: shown }),
    // Changes that are not to be shown, such as of counters, come as edits too.
    ...(typeof editDate === 'number' && message.editHide !== true && { edited: editDate * MS }),
    ...(fwdFrom && { forwarded: toForward(fwdFrom, from) }),
    ...(groupedId && { album: String(groupedId) }),
    ...(buttons && { buttons }),
    ...(viaBotId && { viaBot: `u${viaBotId}` as const }),
    ...(postAuthor && { signature: postAuthor }),
  };
}

function authorOf(
  { fromId, post }: Api.Message | Api.MessageService,
  chat: PeerId,
  privately: PeerId,
): PeerId | undefined {
  if (fromId) return toPeerId(fromId);
  if (chat.startsWith('u')) return privately;
  return post === true ? undefined : chat;
}

function topicOf({ id, replyTo }: Api.Message | Api.MessageService, service: TgService | undefined): number {
  // A topic is called by the message that it begins with.
  if (service?.kind === 'topic-created') return id;
  if (!(replyTo instanceof Api.MessageReplyHeader) || replyTo.forumTopic !== true) return GENERAL_TOPIC;
  return replyTo.replyToTopId ?? replyTo.replyToMsgId ?? GENERAL_TOPIC;
}

/** What answers the first message of a thread does not name it a second time. */
function threadOf({ replyTo }: Api.Message | Api.MessageService): number | undefined {
  if (!(replyTo instanceof Api.MessageReplyHeader) || replyTo.replyToPeerId) return undefined;
  return replyTo.replyToTopId ?? replyTo.replyToMsgId ?? undefined;
}

/** In a topic everything answers its first message unless it answers another one. */
function replyOf(
  { replyTo }: Api.Message | Api.MessageService,
  topic: number | undefined,
): TgMessage['replyTo'] {
  if (!(replyTo instanceof Api.MessageReplyHeader) || !replyTo.replyToMsgId) return undefined;
  const { replyToMsgId: id, replyToPeerId, quoteText } = replyTo;
  if (id === topic) return undefined;
  return {
    id,
    ...(replyToPeerId && { chat: toPeerId(replyToPeerId) }),
    ...(quoteText && { quote: quoteText }),
  };
}

function toForward(
  header: Api.MessageFwdHeader,
  author: PeerId | undefined,
): NonNullable<TgMessage['forwarded']> {
  const { fromId, fromName, date, channelPost, savedFromMsgId } = header;
  const from = fromId && toPeerId(fromId);
  const post = Boolean(channelPost && savedFromMsgId) && from !== undefined && from === author;
  return {
    date: date * MS,
    ...(from && { from }),
    ...(fromName && { name: fromName }),
    ...(post && { post }),
  };
}

function toReaction(reaction: Api.TypeReaction): TgReaction | undefined {
  if (reaction instanceof Api.ReactionEmoji) return { emoji: reaction.emoticon, custom: false };
  if (reaction instanceof Api.ReactionCustomEmoji)
    return { emoji: String(reaction.documentId), custom: true };
  return reaction instanceof Api.ReactionPaid ? { emoji: '⭐', custom: false } : undefined;
}

export function toReactions({ results, recentReactions }: Api.MessageReactions): TgReactions {
  const counts: TgReactions['counts'][number][] = [];
  const own: TgReaction[] = [];
  for (const { reaction, count, chosenOrder } of results) {
    const known = toReaction(reaction);
    if (!known) continue;
    counts.push({ ...known, count });
    if (typeof chosenOrder === 'number') own.push(known);
  }
  const recent = (recentReactions ?? []).flatMap(({ reaction, peerId }) => {
    const known = toReaction(reaction);
    return known ? [{ ...known, by: toPeerId(peerId) }] : [];
  });
  return { counts, recent, own };
}

function toButtons(markup: Api.TypeReplyMarkup | undefined | null): TgMessage['buttons'] {
  if (!(markup instanceof Api.ReplyInlineMarkup || markup instanceof Api.ReplyKeyboardMarkup))
    return undefined;
  return markup.rows.map(({ buttons }) => buttons.map(toButton));
}

function toButton(button: Api.TypeKeyboardButton): TgButton {
  const text = 'text' in button ? button.text : '';
  if (button instanceof Api.KeyboardButtonCallback)
    return {
      ...{ kind: 'callback', text, data: Buffer.from(button.data).toString('base64') },
      needsPassword: button.requiresPassword === true,
    };
  if (
    button instanceof Api.KeyboardButtonUrl ||
    button instanceof Api.KeyboardButtonWebView ||
    button instanceof Api.KeyboardButtonSimpleWebView ||
    button instanceof Api.KeyboardButtonUrlAuth
  )
    return { kind: 'link', text, url: button.url };
  return { kind: button instanceof Api.KeyboardButton ? 'say' : 'unsupported', text };
}

const ENTITIES: readonly (readonly [{ new (args: never): object }, TgEntity['kind']])[] = [
  [Api.MessageEntityBold, 'bold'],
  [Api.MessageEntityItalic, 'italic'],
  [Api.MessageEntityUnderline, 'underline'],
  [Api.MessageEntityStrike, 'strike'],
  [Api.MessageEntitySpoiler, 'spoiler'],
  [Api.MessageEntityCode, 'code'],
  [Api.MessageEntityPre, 'pre'],
  [Api.MessageEntityBlockquote, 'quote'],
  [Api.MessageEntityTextUrl, 'link'],
  [Api.MessageEntityUrl, 'link'],
  [Api.MessageEntityMention, 'mention'],
  [Api.MessageEntityMentionName, 'person'],
  [Api.MessageEntityHashtag, 'hashtag'],
  [Api.MessageEntityCashtag, 'hashtag'],
  [Api.MessageEntityBotCommand, 'command'],
  [Api.MessageEntityEmail, 'email'],
  [Api.MessageEntityPhone, 'phone'],
  [Api.MessageEntityCustomEmoji, 'emoji'],
];

export function toEntities(entities: readonly Api.TypeMessageEntity[]): readonly TgEntity[] {
  return entities.map((entity) => {
    const { offset, length } = entity;
    const kind = ENTITIES.find(([type]) => entity instanceof type)?.[1] ?? 'other';
    return {
      ...{ kind, offset, length },
      ...(entity instanceof Api.MessageEntityTextUrl && { url: entity.url }),
      ...(entity instanceof Api.MessageEntityMentionName && { person: `u${entity.userId}` as const }),
      ...(entity instanceof Api.MessageEntityPre && entity.language !== '' && { language: entity.language }),
      ...(entity instanceof Api.MessageEntityCustomEmoji && { emoji: String(entity.documentId) }),
    };
  });
}

function toService({ action, replyTo }: Api.MessageService): TgService {
  const people = (ids: readonly { toString(): string }[]) => ids.map((id): PeerId => `u${id}`);
  if (action instanceof Api.MessageActionChatCreate || action instanceof Api.MessageActionChannelCreate)
    return { kind: 'created' };
  if (action instanceof Api.MessageActionChatAddUser) return { kind: 'added', people: people(action.users) };
  if (action instanceof Api.MessageActionChatDeleteUser)
    return { kind: 'removed', people: people([action.userId]) };
  if (action instanceof Api.MessageActionChatJoinedByLink) return { kind: 'joined-by-link' };
  if (action instanceof Api.MessageActionChatJoinedByRequest) return { kind: 'joined-by-request' };
  if (action instanceof Api.MessageActionChatEditTitle) return { kind: 'title-changed', title: action.title };
  if (action instanceof Api.MessageActionChatEditPhoto) return { kind: 'photo-changed' };
  if (action instanceof Api.MessageActionChatDeletePhoto) return { kind: 'photo-removed' };
  if (action instanceof Api.MessageActionPinMessage)
    return {
      kind: 'pinned',
      message: replyTo instanceof Api.MessageReplyHeader ? (replyTo.replyToMsgId ?? 0) : 0,
    };
  if (action instanceof Api.MessageActionChatMigrateTo)
    return { kind: 'migrated-to', chat: `c${action.channelId}` };
  if (action instanceof Api.MessageActionChannelMigrateFrom)
    return { kind: 'migrated-from', chat: `g${action.chatId}` };
  if (action instanceof Api.MessageActionTopicCreate) return { kind: 'topic-created', title: action.title };
  if (action instanceof Api.MessageActionTopicEdit)
    return {
      ...{ kind: 'topic-changed', title: action.title ?? '' },
      ...(typeof action.closed === 'boolean' && { closed: action.closed }),
    };
  if (action instanceof Api.MessageActionPhoneCall)
    return {
      ...{ kind: 'call', video: action.video === true },
      missed: action.reason instanceof Api.PhoneCallDiscardReasonMissed,
      ...(typeof action.duration === 'number' && { seconds: action.duration }),
    };
  if (action instanceof Api.MessageActionSetMessagesTTL) return { kind: 'timer', seconds: action.period };
  if (action instanceof Api.MessageActionHistoryClear) return { kind: 'history-cleared' };
  if (action instanceof Api.MessageActionScreenshotTaken) return { kind: 'screenshot' };
  if (action instanceof Api.MessageActionContactSignUp) return { kind: 'contact-joined' };
  return { kind: 'other', name: action.className.replace('MessageAction', '') };
}
