import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { EmailContext } from '../context.js';
import { asMessageId } from '../ids.js';
import { isRoom } from './conversation-book.js';

/** The user has read mails by another program: his XMPP clients are told, one conversation at a time. */
export async function readElsewhere(
  { log, conversations, turns, environment }: EmailContext,
  account: AccountId,
  messageIds: readonly string[],
): Promise<void> {
  const seen = new Set(messageIds);
  const ids = new Set<ContactId>();
  for (const messageId of messageIds) {
    const mail = await log.get(account, messageId);
    // Rooms have no such marks.
    if (mail?.direction === 'in' && !isRoom(mail.conversation as ContactId))
      ids.add(mail.conversation as ContactId);
  }
  for (const contact of ids)
    await turns.run(`${account} ${contact}`, async () => {
      const conversation = await conversations.get(account, contact);
      const read = conversation.unseen.filter(({ id, messageId }) => seen.has(messageId ?? id));
      const last = read.at(-1);
      if (last === undefined) return;
      await environment.host.emit(account, {
        type: 'displayed',
        contact,
        upTo: asMessageId(last.id),
        own: true,
      });
      await conversations.put(account, {
        ...conversation,
        unseen: conversation.unseen.filter((mail) => !read.includes(mail)),
      });
    });
}
