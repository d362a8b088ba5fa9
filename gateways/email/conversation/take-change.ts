import type { InboundEvent } from '../../../src/gateway/event.js';
import { editedText } from '../content/chat-mail.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import type { Incoming } from './incoming.js';
import { type LoggedMail, partIds } from './mail-log.js';

/**
 * Takes a mail that changes an earlier one of a conversation between two for that change: a reaction (RFC 9078), other
 * words or a retraction (chat mail). False when it is none, or the earlier mail is not known: then it is shown as it is.
 */
export async function takeChange(context: EmailContext, incoming: Incoming): Promise<boolean> {
  const { recipient, reading, origin, author, byUser } = incoming;
  const { reaction, chat } = reading;
  if (byUser || origin.authenticity === 'fail') return false;
  const contact = asContactId(author.address);
  const account = recipient.id;
  const find = async (id: string | undefined): Promise<LoggedMail | undefined> => {
    const mail = id === undefined ? undefined : await context.log.get(account, id);
    return mail?.conversation === contact ? mail : undefined;
  };
  const theirs = async (id: string | undefined): Promise<LoggedMail | undefined> => {
    const mail = await find(id);
    // Only who has proved who he is changes words.
    return mail?.direction === 'in' && origin.authenticity === 'pass' ? mail : undefined;
  };
  const events: InboundEvent[] = [];
  if (reaction) {
    const mail = await find(reaction.to);
    const id = mail && partIds(reaction.to, mail.parts).at(-1);
    const message = id && { id, own: mail.direction === 'out' };
    if (message) events.push({ type: 'reactions-changed', contact, message, emojis: reaction.emojis });
  } else if (chat?.edits !== undefined && (await theirs(chat.edits))) {
    const [id] = partIds(chat.edits, 1);
    const text = editedText(reading.content.text);
    if (id && text !== '')
      events.push({ type: 'message-edited', contact, message: { id, own: false }, text });
  } else
    for (const deleted of chat?.deletes ?? []) {
      const [id] = (await theirs(deleted)) ? partIds(deleted, 1) : [];
      if (id) events.push({ type: 'message-retracted', contact, message: { id, own: false } });
    }
  for (const event of events) await context.environment.host.emit(account, event);
  const { messageId } = incoming.mail;
  if (events.length > 0 && origin.way === 'mailbox' && messageId !== undefined)
    await recipient.user?.mailbox?.markSeen([messageId]);
  return events.length > 0;
}
