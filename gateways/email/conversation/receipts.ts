import type { ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { ReceiptsFacet } from '../../../src/gateway/session.js';
import type { EmailContext } from '../context.js';
import type { Conversation } from './conversation-book.js';
import { displayedReport } from './displayed-report.js';
import type { MailUser } from './mail-user.js';

/** What mail tells of messages that were taken, and what the user tells of those that he has read. */
export class MailReceipts implements ReceiptsFacet {
  constructor(
    private readonly context: EmailContext,
    private readonly user: MailUser,
  ) {}

  /** Reports of success are asked for where they come to the gateway alone (`Way.reports`). */
  get delivered(): boolean {
    return this.user.ways.some(({ reports }) => reports);
  }

  /** Everything up to the mail is marked in the user's mailbox, and told to those who asked if he lets them know. */
  async markDisplayed(where: ContactId | RoomId, upTo: NetworkMessageId): Promise<void> {
    const { conversations, turns } = this.context;
    const { account } = this.user;
    await turns.run(`${account.id} ${where}`, async () => {
      const conversation = await conversations.get(account.id, where);
      const last = conversation.unseen.findIndex(({ id }) => id === upTo);
      if (last < 0) return;
      const seen = conversation.unseen.slice(0, last + 1);
      // Twice is no harm, never would be.
      await this.user.mailbox?.markSeen(seen.map(({ id, messageId }) => messageId ?? id));
      await conversations.put(account.id, { ...conversation, unseen: conversation.unseen.slice(last + 1) });
      this.#tell(conversation, seen);
    });
  }

  #tell(conversation: Conversation, seen: Conversation['unseen']): void {
    const { settings, post } = this.user;
    if (!settings.readReceipts) return;
    // Of several the last says it all.
    const asked = seen.findLast(({ receiptTo }) => receiptTo !== undefined);
    const own = conversation.from;
    if (asked?.receiptTo === undefined || own === undefined) return;
    const about = { from: own, to: asked.receiptTo, mail: asked.messageId ?? asked.id };
    displayedReport(this.context.spool, about, this.context.now())
      .then(({ raw, messageId }) => post.handInReport(own, about.to, messageId, raw))
      .catch((error: unknown) => {
        this.context.environment.log.debug({ err: error }, 'a read receipt could not be sent');
      });
  }
}
