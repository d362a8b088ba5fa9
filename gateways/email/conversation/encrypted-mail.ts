import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import { type Incoming, takesNoAnswer } from './incoming.js';
import type { Post } from './post.js';

/** RFC 3834 §2: not more often than this to one person. */
const AGAIN_MS = 7 * 86_400_000;
/** To a stranger, whose language is not known. */
const TEXT = [
  'This is an automatic answer. Your mail was encrypted, and the program that it was read with cannot decrypt mail.',
  'Please send it again without encryption if you want it to be read here.',
].join('\n');

/** Tells somebody who sends encrypted mail that it is not read here; only where a person has written it. */
export async function answerEncrypted(context: EmailContext, post: Post, incoming: Incoming): Promise<void> {
  const { conversations, now } = context;
  const { user, mail, origin, reading, author, byUser } = incoming;
  const machine = reading.automatic || reading.bulk || reading.list !== undefined || origin.returnPath === '';
  if (machine || byUser || origin.spam || origin.authenticity === 'fail' || takesNoAnswer(author.address))
    return;
  const account = user.account.id;
  const id = asContactId(author.address);
  await context.turns.run(`${account} ${id}`, async () => {
    const conversation = await conversations.get(account, id);
    if (now() - (conversation.toldEncrypted ?? 0) < AGAIN_MS) return;
    // Noted first: rather once too little.
    await conversations.put(account, { ...conversation, toldEncrypted: now() });
    const { messageId, references, subject } = mail;
    const answered =
      messageId === undefined
        ? {}
        : { answered: { id: messageId, references: [...references], thread: '', subject } };
    await post.automatic(id, { subject: `Auto: ${subject}`, text: TEXT, ...answered });
  });
}
