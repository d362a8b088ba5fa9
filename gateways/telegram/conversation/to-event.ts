import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import type { DirectMessage, MessageEdited } from '../../../src/gateway/event.js';
import type { PeerId, TgMessage } from '../client/model.js';
import type { WantedFile } from '../content/media-content.js';
import { type MessageContent, type ReadingContext, readMessage } from '../content/read-message.js';
import { asContactId, asMessageId } from '../ids.js';

/** Younger messages are told as live (ms): without a time of their own. */
const LIVE_MS = 60_000;
/** In place of words that were taken out of a message whose file stays. */
const NO_WORDS = '…';

/** What a private message cannot tell itself. */
export interface PrivateContext extends ReadingContext {
  readonly me: PeerId;
  now(): number;
  attachment(message: TgMessage, wanted: WantedFile): InboundAttachment;
}

/** A message of a private chat, by either of the two. Pure but for what `attachment` opens later. */
export function toDirectMessage(message: TgMessage, context: PrivateContext): DirectMessage {
  const { chat, id, date } = message;
  const content = readMessage(message, context);
  const { text, styled, remarks, files } = content;
  return {
    ...{ type: 'direct-message', from: asContactId(chat), nick: context.name(chat), text, style: 'text' },
    id: asMessageId(context.me, id),
    ...(styled && { styled }),
    // What happened is told in words of the gateway: nobody has said it.
    ...(message.own && !message.service && { own: true }),
    ...(context.now() - date > LIVE_MS && { time: date }),
    ...(remarks.length > 0 && { remarks }),
    ...(message.service && { automatic: true }),
    ...(files.length > 0 && { attachments: files.map((one) => context.attachment(message, one)) }),
    ...replyOf(message, content, context),
  };
}

/** Other words of such a message; undefined when nobody wants to hear of it. */
export function toEdited(message: TgMessage, context: PrivateContext): MessageEdited | undefined {
  const { chat, id, own, media, edited, service } = message;
  // It changes with every step of the person.
  if (service || (media?.kind === 'location' && media.live)) return undefined;
  const { text, styled, files, remarks } = readMessage(message, context);
  return {
    ...{ type: 'message-edited', contact: asContactId(chat) },
    message: { id: asMessageId(context.me, id), own },
    text: text === '' ? (files[0]?.name ?? NO_WORDS) : text,
    ...(styled && { styled }),
    ...(remarks.length > 0 && { remarks }),
    ...(edited !== undefined && context.now() - edited > LIVE_MS && { time: edited }),
  };
}

/** Answers to messages of other chats cannot be found here; their words remain. */
function replyOf(
  { chat }: TgMessage,
  { replyTo }: MessageContent,
  { me }: PrivateContext,
): Pick<DirectMessage, 'replyTo'> {
  if (!replyTo || (replyTo.chat !== undefined && replyTo.chat !== chat)) return {};
  const { id, quote } = replyTo;
  return { replyTo: { id: asMessageId(me, id), own: false, ...(quote !== undefined && { quote }) } };
}
