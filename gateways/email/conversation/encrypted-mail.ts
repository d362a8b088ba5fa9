import { answerSubject } from '../content/subject.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import type { Incoming } from './incoming.js';

/** RFC 3834 §2: not more often than this to one person. */
const AGAIN_MS = 7 * 86_400_000;

/** In English: it goes to somebody whose language nobody knows. */
const NO_ENCRYPTION =
  'This address is reached through a gateway to XMPP, which cannot read encrypted mail. Please write without encryption.';

/** Whether a mail is written so that only a program could read it that has the keys. */
export function wantsEncryption({ reading }: Incoming): boolean {
  return reading.content.encrypted !== undefined || reading.chat?.wantsKeys === true;
}

/** Tells somebody who sends encrypted mail that it is not read here; only where a person has written it (S14). */
export async function answerEncrypted(context: EmailContext, incoming: Incoming): Promise<void> {
  const { conversations, now } = context;
  const { recipient, mail, origin, reading, author, byUser, fromOwn } = incoming;
  const { automatic, spam, noReply } = reading.nature;
  const notAPerson = automatic || noReply || spam || origin.returnPath === '';
  if (notAPerson || byUser || fromOwn || origin.authenticity === 'fail') return;
  const account = recipient.id;
  const id = asContactId(author.address);
  await context.turns.run(`${account} ${id}`, async () => {
    const conversation = await conversations.get(account, id);
    if (now() - (conversation.toldEncrypted ?? 0) < AGAIN_MS) return;
    // Noted first: rather once too little.
    await conversations.put(account, { ...conversation, toldEncrypted: now() });
    const { messageId, references, subject } = mail;
    const answered = messageId && { id: messageId, references: [...references], thread: '', subject };
    await recipient.user?.post.automatic(id, {
      ...{ subject: answerSubject(subject), text: NO_ENCRYPTION },
      ...(answered && { answered }),
    });
  });
}
