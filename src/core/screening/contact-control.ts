import { GatewayError } from '../../gateway/error.js';
import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { Account } from '../account/account.js';
import type { ContactBook, ContactPatch } from '../contact/contact-book.js';
import { CONTACTS_MAX } from '../contact/subscriptions.js';
import type { DomainContext } from '../domain.js';
import { isRefusal } from '../message/error-mapper.js';
import { findJid } from '../service/address.js';
import { findPerson, personAt } from './find-person.js';
import { FOREVER, type Mutes } from './mutes.js';
import type { Screening } from './screening.js';
import type { WaitingMessages } from './waiting-messages.js';

/** Somebody whose messages wait. */
export interface WaitingPerson {
  /** Bare JID that he writes from. */
  readonly sender: string;
  readonly contact: ContactId | undefined;
  readonly count: number;
  /** He is muted, not unknown. */
  readonly muted: boolean;
}

/** What became of a wish to block somebody. */
export interface Blocked {
  /** The network cannot keep him away too, and said why. */
  readonly note?: Text;
}

/** What a user decides of people: who may not write to him, who not now, and who may from now on. */
export class ContactControl {
  constructor(
    private readonly context: DomainContext,
    private readonly screening: Screening,
    private readonly waiting: WaitingMessages,
    private readonly mutes: Mutes,
  ) {}

  /** The account's contacts. Rejects with the store's error. */
  book(account: Account): Promise<ContactBook> {
    return this.screening.open(account);
  }

  /** The person that the user names; undefined when nobody is called so. Rejects with GatewayError. */
  async find(account: Account, input: string): Promise<ContactId | undefined> {
    return findPerson(this.context, account, await this.book(account), input);
  }

  /** What is shown of a person: his name and address. */
  name(contact: ContactId, record?: ContactRecord): string {
    const address =
      findJid(this.context, { kind: 'contact', id: contact }) ??
      this.context.gateway.addresses.format({ kind: 'contact', id: contact });
    return record && record.name !== '' ? `${record.name} (${address})` : address;
  }

  /** Nothing of the person reaches the user any more, and nothing of the user him. What waits is forgotten. */
  async block(account: Account, contact: ContactId): Promise<Blocked> {
    await this.#shut(account, await this.book(account), contact);
    return this.#tellNetwork(account, contact, true);
  }

  /** The user has decided it on the network itself. Whom there is no room for is kept away there alone. */
  async blockedElsewhere(account: Account, contact: ContactId, blocked: boolean): Promise<void> {
    const book = await this.book(account);
    if ((book.get(contact)?.blocked ?? false) === blocked) return;
    if (!blocked) await book.change(contact, { blocked: false, approved: true });
    else if (book.size < CONTACTS_MAX || book.get(contact)) await this.#shut(account, book, contact);
  }

  async unblock(account: Account, contact: ContactId): Promise<Blocked> {
    const book = await this.book(account);
    await book.change(contact, { blocked: false, approved: true });
    return this.#tellNetwork(account, contact, false);
  }

  /** What the person says waits until then. `ms`: undefined for a mute without an end. */
  async mute(account: Account, contact: ContactId, ms: number | undefined): Promise<void> {
    const book = await this.book(account);
    const mutedUntil = ms === undefined ? FOREVER : Date.now() + ms;
    await this.#change(book, contact, { mutedUntil, approved: true });
    await this.mutes.look(account, book);
  }

  /** Resolves with how many messages had waited. */
  async unmute(account: Account, contact: ContactId): Promise<number> {
    const book = await this.book(account);
    const record = book.get(contact);
    return record ? this.mutes.end(account, book, record) : 0;
  }

  /** Whose messages wait, longest first. */
  async people(account: Account): Promise<readonly WaitingPerson[]> {
    const book = await this.book(account);
    return this.waiting.senders(account).map(({ sender, count }) => {
      const contact = personAt(this.context, sender);
      const muted = contact !== undefined && (book.get(contact)?.mutedUntil ?? 0) > Date.now();
      return { sender, contact, count, muted };
    });
  }

  /** Shows what waits of a sender; who was unknown may write from now on. */
  async accept(account: Account, { sender, contact }: WaitingPerson): Promise<number> {
    const book = await this.book(account);
    const shown = await this.waiting.show(account, sender);
    if (contact !== undefined) await book.change(contact, { approved: true });
    return shown;
  }

  /** Forgets what waits of a sender; who was unknown is blocked. */
  async refuse(account: Account, { sender, contact, muted }: WaitingPerson): Promise<void> {
    if (contact === undefined || muted) await this.waiting.discard(account, sender);
    else await this.block(account, contact);
  }

  /** The user's first client is there: mutes may have ended meanwhile. Never rejects. */
  async online(account: Account): Promise<void> {
    try {
      await this.waiting.counted(account);
      if (this.waiting.senders(account).length > 0) await this.book(account);
    } catch (error) {
      this.context.log.warn({ err: error }, 'it could not be seen whether mutes have ended');
    }
  }

  async #shut(account: Account, book: ContactBook, contact: ContactId): Promise<void> {
    await this.#change(book, contact, { blocked: true, approved: false, mutedUntil: 0 });
    const sender = findJid(this.context, { kind: 'contact', id: contact });
    if (sender !== undefined && this.waiting.count(account, sender) > 0)
      await this.waiting.discard(account, sender);
  }

  /** @throws {GatewayError} `limit` when the user has as many contacts as are kept */
  async #change(book: ContactBook, contact: ContactId, patch: ContactPatch): Promise<void> {
    if (book.size >= CONTACTS_MAX && !book.get(contact))
      throw new GatewayError('limit', { key: 'error-too-many-contacts' });
    await book.change(contact, patch);
  }

  /** Where the network can keep people away itself, it does; that it does not is no failure. */
  async #tellNetwork(account: Account, contact: ContactId, blocked: boolean): Promise<Blocked> {
    try {
      await account.session?.contacts?.block?.(contact, blocked);
      return {};
    } catch (error) {
      if (!isRefusal(error)) this.context.log.warn({ err: error }, 'the network could not block a person');
      return { note: { key: 'block-only-here' } };
    }
  }
}
