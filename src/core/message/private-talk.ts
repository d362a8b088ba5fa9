import type { Sessions } from '../account/sessions.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { Talks } from '../contact/contact-events.js';
import type { StanzaKeeper } from '../delivery/incoming.js';
import type { Outbox } from '../delivery/outbox.js';
import { conversationName } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import type { Screening } from '../screening/screening.js';
import { ConversationOrder } from './conversation-order.js';
import type { IncomingContent } from './incoming-content.js';
import { MessageChanges } from './message-changes.js';
import { MessageIds } from './message-ids.js';
import { MessageSender } from './message-sender.js';
import { OwnSpeech, type UserVoice } from './own-speech.js';
import { PersonChanges } from './person-changes.js';
import { PersonMessages } from './person-messages.js';
import { TypingNotices } from './typing-notices.js';
import { UserMessages } from './user-messages.js';
import { UserSignals } from './user-signals.js';
import { UserSpeech } from './user-speech.js';

/** Works of one conversation under way and waiting, beyond which its sender is asked to wait. */
const CONVERSATION_BACKLOG = 1_000;

/** The one-to-one messages of a domain, assembled: both ways of a conversation, each in its own order. */
export class PrivateTalk {
  /** What users send. */
  readonly user: UserMessages;
  /** What people send, to be shown or to be set aside. */
  readonly talks: Talks;
  readonly typing: TypingNotices;

  constructor(
    context: DomainContext,
    sessions: Sessions,
    books: ContactBooks,
    outbox: Outbox,
    keepers: { readonly shown: StanzaKeeper; readonly kept: StanzaKeeper },
    voice: UserVoice,
    screening: Screening,
    content: IncomingContent,
  ) {
    const outward = new ConversationOrder(CONVERSATION_BACKLOG);
    const ids = new MessageIds(context.store, async (account, peer) => {
      await outward.settled(conversationName(account.record.id, peer));
      await outbox.settled(account, peer);
    });
    const signals = new UserSignals(context, ids);
    const sender = new MessageSender(context, outbox, ids);
    const changes = new MessageChanges(context, outbox, ids, sender);
    const speech = new UserSpeech(context, sessions, outward, sender, changes);
    this.user = new UserMessages(context, sessions, screening, speech, signals);
    const inward = new ConversationOrder(CONVERSATION_BACKLOG);
    const own = new OwnSpeech(context, voice);
    this.typing = new TypingNotices(context, signals);
    const talk = (keeper: StanzaKeeper) => {
      const messages = new PersonMessages(context, inward, keeper, books, ids, own, content, this.typing);
      return { messages, changes: new PersonChanges(context, inward, keeper, ids, own, messages, content) };
    };
    this.talks = { shown: talk(keepers.shown), kept: talk(keepers.kept) };
  }

  stop(): void {
    this.typing.stop();
  }
}
