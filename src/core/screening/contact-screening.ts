import type { Account } from '../account/account.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import type { DomainContext } from '../domain.js';
import { ContactControl } from './contact-control.js';
import { Introductions } from './introductions.js';
import { Mutes } from './mutes.js';
import { Screening } from './screening.js';
import { WaitingMessages } from './waiting-messages.js';

/** Whom the users of a domain hear, assembled. */
export class ContactScreening {
  readonly waiting: WaitingMessages;
  readonly screening: Screening;
  readonly introductions: Introductions;
  readonly control: ContactControl;
  readonly #mutes: Mutes;

  constructor(context: DomainContext, books: ContactBooks, delivery: Pick<DurableDelivery, 'deliver'>) {
    this.waiting = new WaitingMessages(context, delivery);
    this.#mutes = new Mutes(context, this.waiting);
    this.screening = new Screening(context, books, this.waiting, this.#mutes);
    this.introductions = new Introductions(context, this.waiting, delivery);
    this.control = new ContactControl(context, this.screening, this.waiting, this.#mutes);
  }

  /** Nothing is done for an account that is removed. */
  forget(account: Account): void {
    this.#mutes.forget(account);
  }

  stop(): void {
    this.#mutes.stop();
  }
}
