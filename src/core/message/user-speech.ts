import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import { conversationName } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { ConversationBusy, type ConversationOrder } from './conversation-order.js';
import { isRefusal, toStanzaError } from './error-mapper.js';
import type { Letter } from './letter.js';
import type { MessageChanges } from './message-changes.js';
import type { MessageSender } from './message-sender.js';
import type { UserMessage } from './read-message.js';

/** What is done about a message. May throw and reject with StanzaError and GatewayError. */
export type Work = (letter: Letter) => Promise<void> | undefined;

/** What users say, to people and in rooms of their own: words, changes of words, signs, each in its conversation's order. */
export class UserSpeech {
  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Pick<Sessions, 'refuse'>,
    private readonly order: ConversationOrder,
    private readonly sender: MessageSender,
    private readonly changes: MessageChanges,
  ) {}

  /** Undefined when the message says nothing. @throws {StanzaError} when it is too long */
  workOf(account: Account, message: UserMessage): Work | undefined {
    const work = this.#find(message);
    if (work) this.#checkLength(account, message);
    return work;
  }

  /** Does it when its turn comes; its failure is answered. */
  run(letter: Letter, work: Work): void {
    const conversation = conversationName(letter.account.record.id, letter.peer);
    const run = () => work(letter);
    const running = this.changes.takesTime(letter)
      ? this.order.alone(conversation, run)
      : this.order.flow(conversation, run);
    running?.catch((error: unknown) => this.#refuse(letter, error));
  }

  #find(message: UserMessage): Work | undefined {
    const { retracts, reactions, corrects, text } = message;
    if (retracts !== undefined) return (letter) => this.changes.retract(letter, retracts);
    const speaks = text !== undefined && text.trim() !== '';
    if (reactions) {
      return async (letter) => {
        await this.changes.react(letter, reactions.id, reactions.emojis);
        if (speaks) await this.sender.say(letter);
      };
    }
    if (!speaks) return undefined;
    return corrects === undefined
      ? (letter) => this.sender.say(letter)
      : (letter) => this.changes.correct(letter, corrects);
  }

  #checkLength(account: Account, { text }: UserMessage): void {
    const { messageLength } = this.context.options.limits;
    if (text === undefined || text.length <= messageLength) return;
    const said = { key: 'error-message-too-long', args: { length: messageLength } };
    throw new StanzaError('policy-violation', {
      text: this.context.translator.say(said, account.language),
      lang: account.language,
    });
  }

  #refuse({ account, stanza }: Letter, error: unknown): void {
    const { translator, log } = this.context;
    const { language } = account;
    if (error instanceof ConversationBusy) {
      const text = translator.say({ key: 'error-too-fast' }, language);
      this.sessions.refuse(stanza, new StanzaError('resource-constraint', { text, lang: language }));
      return;
    }
    if (!isRefusal(error)) log.error({ err: error }, 'a message could not be sent');
    this.sessions.refuse(stanza, toStanzaError(error, translator, language));
  }
}
