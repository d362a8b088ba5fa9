import type { AccountId } from '../../../src/gateway/ids.js';
import type { OutboundMessage } from '../../../src/gateway/message.js';
import { type Conversation, lastOf, type MailRef } from './conversation-book.js';
import { type MailLog, messageIdOf } from './mail-log.js';

/**
 * The mail that the user's next one answers: the one that he names, else the last of the thread that he names, else the
 * last of the conversation. Undefined for the first mail, and where he has set another subject.
 */
export async function answeredMail(
  log: MailLog,
  account: AccountId,
  conversation: Conversation,
  { replyTo, thread }: Pick<OutboundMessage, 'replyTo' | 'thread'>,
  newSubject: boolean,
): Promise<MailRef | undefined> {
  if (replyTo) {
    const id = messageIdOf(replyTo.id);
    const mail = await log.get(account, id);
    if (mail?.conversation === conversation.id) return { id: mail.messageId ?? id, ...mail };
  }
  if (newSubject) return undefined;
  const named = thread === undefined ? undefined : lastOf(conversation, thread);
  return named ?? conversation.threads.at(-1);
}
