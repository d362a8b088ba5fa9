import type { OutboundMessage } from '../../../src/gateway/message.js';
import { chatHeaders } from '../content/chat-mail.js';
import { answerSubject, sameSubject } from '../content/subject.js';
import type { Draft } from '../mail/draft.js';
import type { Mailbox } from '../mail/mail-address.js';
import { ancestorsWith, type Conversation, type MailRef } from './conversation-book.js';
import type { MailText } from './message-text.js';
import type { Recipients } from './recipients.js';
import type { RoomRecord } from './room-book.js';
import { givenSubject, subjectFromText } from './subject.js';

/** Everything that a mail of the user is made of. */
export interface Outgoing {
  readonly messageId: string;
  readonly from: Mailbox;
  readonly recipients: Recipients;
  readonly messages: readonly OutboundMessage[];
  readonly text: MailText;
  readonly conversation: Conversation;
  readonly room: RoomRecord | undefined;
  /** See `answeredMail`. */
  readonly answered: MailRef | undefined;
  readonly html: boolean;
  /** UTC milliseconds. */
  readonly now: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The subject that the user has set now or before, where it is another one than that of the conversation. */
export function newSubject(text: MailText, { subject, nextSubject }: Conversation): string | undefined {
  const given = text.subject === undefined ? undefined : givenSubject(text.subject);
  const wanted = given || nextSubject;
  if (wanted === undefined || wanted === '') return undefined;
  return subject !== undefined && sameSubject(subject, wanted) ? undefined : wanted;
}

/** Headers by which programs for chat mail know each other, for those who use them; they tell then what was read. */
export function headersFor(
  { chat }: Pick<Conversation, 'chat'>,
  room: RoomRecord | undefined,
  { address }: Mailbox,
  change: { readonly added?: string; readonly removed?: string } = {},
): Readonly<Record<string, string>> {
  const id = room?.groupId;
  if (!chat && id === undefined) return {};
  const group = id === undefined ? {} : { group: { id, name: room?.name ?? '', ...change } };
  return chatHeaders({ ...group, receiptTo: address });
}

/** The mail as it is to be written. */
export function toDraft(outgoing: Outgoing): Draft {
  const { messageId, from, recipients, messages, text, answered, html, now } = outgoing;
  const { to, cc } = recipients;
  const headers = { ...headersFor(outgoing.conversation, outgoing.room, from), ...outgoing.headers };
  return {
    messageId,
    from,
    to,
    ...(cc.length > 0 && { cc }),
    subject: subjectOf(outgoing),
    text: text.text,
    ...(text.unstyled && { unstyled: true }),
    ...(html && { html: true }),
    ...(answered && { inReplyTo: answered.id, references: ancestorsWith(answered) }),
    attachments: messages.flatMap(({ attachments = [] }) => attachments),
    date: now,
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

function subjectOf({ text, conversation, room, answered, messages }: Outgoing): string {
  const set = newSubject(text, conversation);
  if (set !== undefined) return set;
  if (answered && answered.subject !== '') return answerSubject(answered.subject);
  if (room?.kind === 'chat-group' && room.name !== '') return room.name;
  const [file] = messages.flatMap(({ attachments = [] }) => attachments);
  return conversation.subject || subjectFromText(text.text) || file?.name || '';
}
