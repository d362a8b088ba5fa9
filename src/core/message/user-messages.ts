import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { ContactBook } from '../contact/contact-book.js';
import { person } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import type { Screening } from '../screening/screening.js';
import type { Letter } from './letter.js';
import { readMessage } from './read-message.js';
import type { UserSignals } from './user-signals.js';
import type { UserSpeech, Work } from './user-speech.js';

/** What users say to people: each thing by the network's own means, else in words, else an error that says why. */
export class UserMessages {
  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
    private readonly screening: Screening,
    private readonly speech: UserSpeech,
    private readonly signals: UserSignals,
  ) {}

  /** A message stanza to a person. Throws StanzaError or GatewayError for what can be refused at once. */
  receive(account: Account, contact: ContactId, stanza: XmlElement, from: Jid): void {
    const { type } = stanza.attrs;
    if (type === 'headline') return;
    if (type === 'groupchat') throw new StanzaError('bad-request', { type: 'modify' });
    const message = readMessage(stanza, this.context.translator, account.language);
    if (!this.screening.blocks(account, contact)) this.signals.take(account, person(contact), from, message);
    const work = this.speech.workOf(account, message);
    if (!work) return;
    const session = this.sessions.ensure(account);
    const letter: Letter = { account, peer: person(contact), stanza, from, session, message };
    this.speech.run(letter, () => this.#run(letter, contact, work));
  }

  /** Who takes no messages gets none (B18), nor who is blocked; his entry is read first where it has not been. */
  #run(letter: Letter, contact: ContactId, work: Work): Promise<void> | undefined {
    const { account } = letter;
    const book = this.screening.opened(account);
    if (book) return this.#send(letter, contact, work, book);
    return this.screening.open(account).then(
      (read) => this.#send(letter, contact, work, read),
      (error: unknown) => {
        if (this.context.gateway.messaging === 'stored') throw error;
        return work(letter);
      },
    );
  }

  #send(letter: Letter, contact: ContactId, work: Work, book: ContactBook): Promise<void> | undefined {
    const { account } = letter;
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
}
