import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { ContactBook } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import type { Screening } from '../screening/screening.js';
import { ConversationBusy, type ConversationOrder } from './conversation-order.js';
import { isRefusal, toStanzaError } from './error-mapper.js';
import type { Letter } from './letter.js';
import type { MessageChanges } from './message-changes.js';
import type { MessageSender } from './message-sender.js';
import { readMessage, type UserMessage } from './read-message.js';
import type { UserSignals } from './user-signals.js';

type Work = (letter: Letter) => Promise<void> | undefined;

/** What users say to people: each thing by the network's own means, else in words, else an error that says why. */
export class UserMessages {
  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
    private readonly screening: Screening,
    private readonly order: ConversationOrder,
    private readonly sender: MessageSender,
    private readonly changes: MessageChanges,
    private readonly signals: UserSignals,
  ) {}

  /** A message stanza to a person. Throws StanzaError or GatewayError for what can be refused at once. */
  receive(account: Account, contact: ContactId, stanza: XmlElement, from: Jid): void {
    const { type } = stanza.attrs;
    if (type === 'headline') return;
    if (type === 'groupchat') throw new StanzaError('bad-request', { type: 'modify' });
    const message = readMessage(stanza, this.context.translator, account.language);
    if (!this.screening.blocks(account, contact)) this.signals.take(account, contact, from, message);
    const work = this.#workOf(message);
    if (!work) return;
    this.#checkLength(account, message);
    const session = this.sessions.ensure(account);
    const target = { kind: 'contact', id: contact } as const;
    const letter: Letter = { account, contact, target, stanza, from, session, message };
    const conversation = `${account.record.id} ${contact}`;
    const run = () => this.#run(letter, work);
    const running = this.changes.takesTime(letter)
      ? this.order.alone(conversation, run)
      : this.order.flow(conversation, run);
    running?.catch((error: unknown) => this.#refuse(letter, error));
  }

  #workOf(message: UserMessage): Work | undefined {
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

  /** Who takes no messages gets none (B18), nor who is blocked; his entry is read first where it has not been. */
  #run(letter: Letter, work: Work): Promise<void> | undefined {
    const { account } = letter;
    const book = this.screening.opened(account);
    if (book) return this.#send(letter, work, book);
    return this.screening.open(account).then(
      (read) => this.#send(letter, work, read),
      (error: unknown) => {
        if (this.context.gateway.messaging === 'stored') throw error;
        return work(letter);
      },
    );
  }

  #send(letter: Letter, work: Work, book: ContactBook): Promise<void> | undefined {
    const { account, contact } = letter;
    const { noReply, blocked } = book.get(contact) ?? {};
    if (noReply) this.#refuseTo(account, 'not-allowed', { key: 'error-no-reply' });
    if (blocked) this.#refuseTo(account, 'not-acceptable', { key: 'error-blocked' });
    this.screening.wrote(account, contact);
    return work(letter);
  }

  #refuseTo(account: Account, condition: 'not-allowed' | 'not-acceptable', said: Text): never {
    const text = this.context.translator.say(said, account.language);
    throw new StanzaError(condition, { type: 'cancel', text, lang: account.language });
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
