import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import { nickElement } from '../../xmpp/xep/0172-user-nickname/nick.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { ContactBook, ContactBooks } from './contact-book.js';
import type { ContactPresences } from './contact-presences.js';
import { SubscriptionLimits } from './subscription-limits.js';

/** Contacts kept for one account at most, whatever he or his network adds. */
export const CONTACTS_MAX = 10_000;

/** Types of presence by which a contact speaks of a subscription, or takes leave. */
type Word = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed' | 'unavailable';

/**
 * Subscriptions between a user and his contacts (RFC 6121 §3, XEP-0100 §4.6-4.7, §5). The network consents through
 * its facet; where it has none, people are anybody's contact for the asking.
 */
export class Subscriptions {
  readonly #limits = new SubscriptionLimits();
  /** Questions to networks that are under way, by user and contact. */
  readonly #asking = new Set<string>();

  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
    private readonly books: ContactBooks,
    private readonly presences: ContactPresences,
  ) {}

  /** Says to a stranger, or of an address that cannot exist, that there is nothing to see (D10, D13, S04). */
  refuse(from: Jid, to: Jid): void {
    if (this.#limits.takeAnswer(from.bare, to.bare)) this.say(to.bare, from.bare, 'unsubscribed');
  }

  /** A stanza of a registered user about his subscription. Never rejects. */
  async receive(account: Account, contact: ContactId, to: Jid, stanza: XmlElement): Promise<void> {
    try {
      const book = await this.books.of(account);
      switch (stanza.attrs.type) {
        case 'subscribe':
          await this.#subscribe(account, book, contact, to);
          return;
        case 'subscribed':
          await this.#permitted(account, book, contact);
          return;
        case 'unsubscribe':
          await this.#leave(account, book, contact, { to: false });
          return;
        case 'unsubscribed':
          await this.#leave(account, book, contact, { from: false });
          return;
        default:
          return;
      }
    } catch (error) {
      this.context.log.error({ err: error }, 'a subscription could not be handled');
    }
  }

  /** Answers a probe; `await` of the store only before the first look at the book. */
  async probe(account: Account, contact: ContactId, to: Jid): Promise<void> {
    try {
      const record = (await this.books.of(account)).get(contact);
      if (record?.to) this.presences.answer(account, record);
      else if (this.#limits.takeAnswer(account.owner, to.bare))
        this.say(to.bare, account.owner, 'unsubscribed');
    } catch (error) {
      this.context.log.error({ err: error }, 'a probe could not be answered');
    }
  }

  /** D11, D14. */
  async #subscribe(account: Account, book: ContactBook, contact: ContactId, to: Jid): Promise<void> {
    const record = book.get(contact);
    if (record?.to) {
      if (this.#limits.takeAnswer(account.owner, to.bare)) {
        this.say(to.bare, account.owner, 'subscribed');
        this.presences.answer(account, record);
      }
      return;
    }
    if (record && asked(record)) return; // The network has the question; its answer follows.
    if (!record && book.size >= CONTACTS_MAX) {
      this.#deny(account, to.bare);
      return;
    }
    const consent = record?.listed ? 'granted' : await this.#ask(account, contact, to);
    if (consent === 'granted') await this.grant(account, book, contact);
    else if (consent === 'asked') await book.change(contact, { pending: withAsked(book.get(contact)) });
    else if (consent === 'refused') this.#deny(account, to.bare);
  }

  /** Asks the network for a contact. A refusal is told to the user by `unsubscribed`. */
  async #ask(
    account: Account,
    contact: ContactId,
    to: Jid,
  ): Promise<'granted' | 'asked' | 'refused' | 'under way'> {
    const { contacts } = this.sessions.ensure(account);
    if (!contacts) return 'granted';
    const key = `${account.owner} ${contact}`;
    if (this.#asking.has(key)) return 'under way';
    this.#asking.add(key);
    try {
      return await contacts.add(contact);
    } catch (error) {
      this.context.log.debug({ err: error, contact: to.bare }, 'the network refuses a contact');
      return 'refused';
    } finally {
      this.#asking.delete(key);
    }
  }

  /** Whether the network is being asked for the contact just now: it may speak of him before it answers. */
  asks(account: Account, contact: ContactId): boolean {
    return this.#asking.has(`${account.owner} ${contact}`);
  }

  #deny(account: Account, contact: string): void {
    if (this.#limits.takeAnswer(account.owner, contact)) this.say(contact, account.owner, 'unsubscribed');
  }

  /** The user sees the contact from now on (D11); the contact asks for the same once (D12). */
  async grant(account: Account, book: ContactBook, contact: ContactId): Promise<void> {
    const jid = findJid(this.context, { kind: 'contact', id: contact });
    if (jid === undefined) return;
    // Written first: a server that asks later must not hear that there is no subscription.
    await book.change(contact, { to: true, pending: withoutAsked(book.get(contact)), approved: true });
    if (!this.#limits.takeAnswer(account.owner, jid)) return;
    this.say(jid, account.owner, 'subscribed');
    const record = book.get(contact);
    if (!record) return;
    this.presences.introduce(account, record);
    // He has just added him: no question of whether the person has asked before.
    if (account.session?.contacts && !record.from && !offered(record))
      await this.#request(account, book, record);
  }

  /** The network has refused what the user asked for (D11). */
  async refused(account: Account, book: ContactBook, contact: ContactId): Promise<void> {
    const record = book.get(contact);
    if (!record || !asked(record)) return;
    await book.change(contact, { pending: withoutAsked(record) });
    const jid = findJid(this.context, { kind: 'contact', id: contact });
    if (jid !== undefined) this.#deny(account, jid);
  }

  /**
   * Asks once, in the contact's name, for what makes him one of the user's contacts, unless he has asked before or the
   * user has had many such questions lately.
   */
  async request(account: Account, book: ContactBook, contact: ContactId): Promise<void> {
    const record = book.get(contact);
    if (!record || record.from || record.suggested || offered(record)) return;
    await this.#request(account, book, record);
  }

  async #request(account: Account, book: ContactBook, record: ContactRecord): Promise<void> {
    if (!this.#limits.takeRequest(account.owner)) return;
    await book.change(record.contact as ContactId, { suggested: true });
    this.#subscribeTo(account, record);
  }

  /** A person on the network wants to have the user as a contact (D15). */
  async offered(account: Account, book: ContactBook, contact: ContactId, text?: string): Promise<void> {
    const record = book.get(contact);
    if (!record) return;
    // He has consented before, perhaps before he was asked (D25).
    if (record.from || record.blocked) {
      await this.#answer(account, contact, record.from);
      return;
    }
    if (offered(record)) return;
    await book.change(contact, { pending: asked(record) ? 'both' : 'offered', suggested: true });
    this.#subscribeTo(account, record, text);
  }

  /** The user lets the contact have what he asked for (D16), or will have asked for (D25). */
  async #permitted(account: Account, book: ContactBook, contact: ContactId): Promise<void> {
    const record = book.get(contact);
    if (record?.from || (!record && book.size >= CONTACTS_MAX)) return;
    const wanted = record !== undefined && offered(record);
    await book.change(contact, { from: true, approved: true, pending: withoutOffered(record) });
    if (wanted) await this.#answer(account, contact, true);
  }

  /** One half of the relation ends; with the second one the person is no contact any more (D16, D17). */
  async #leave(
    account: Account,
    book: ContactBook,
    contact: ContactId,
    end: { readonly to: false } | { readonly from: false },
  ): Promise<void> {
    const record = book.get(contact);
    if (!record) return;
    const denied = 'from' in end && offered(record);
    const pending = 'from' in end ? withoutOffered(record) : withoutAsked(record);
    const related = record.to || record.from || asked(record);
    // Whom the user has sent away does not ask again by himself.
    const patch = { ...end, pending, suggested: true };
    const after = { ...record, ...patch };
    if (record.to === after.to && record.from === after.from && record.pending === pending) return;
    if ('to' in end) this.presences.hide(account, record);
    await book.change(contact, patch);
    if (denied) await this.#answer(account, contact, false);
    else if (related && !after.to && !after.from && !asked(after)) {
      this.presences.forget(account, contact);
      await this.#remove(account, contact);
    }
  }

  /** The network, or the person, ends the relation: the three presences of XEP-0100 §5.2 (D18). */
  farewell(account: Account, record: ContactRecord): void {
    if (!record.to && !record.from && record.pending === '') return;
    const jid = findJid(this.context, { kind: 'contact', id: record.contact as ContactId });
    if (jid === undefined) return;
    for (const word of ['unsubscribe', 'unsubscribed', 'unavailable'] as const)
      this.say(jid, account.owner, word);
  }

  /** A presence of a contact, from and to bare JIDs. */
  say(from: string, to: string, word: Word): void {
    this.context.sink.send(`<presence type='${word}' from='${xmlAttr(from)}' to='${xmlAttr(to)}'/>`);
  }

  #subscribeTo(account: Account, { contact, name }: ContactRecord, text?: string): void {
    const jid = findJid(this.context, { kind: 'contact', id: contact as ContactId });
    if (jid === undefined) return;
    const status = text === undefined ? '' : `<status>${xmlText(text)}</status>`;
    this.context.sink.send(
      `<presence type='subscribe' from='${xmlAttr(jid)}' to='${xmlAttr(account.owner)}'>${status}${nickElement(name)}</presence>`,
    );
  }

  async #answer(account: Account, contact: ContactId, granted: boolean): Promise<void> {
    try {
      await account.session?.contacts?.answer(contact, granted);
    } catch (error) {
      this.context.log.warn({ err: error }, 'the network does not take the answer to a contact request');
    }
  }

  async #remove(account: Account, contact: ContactId): Promise<void> {
    try {
      await account.session?.contacts?.remove(contact);
    } catch (error) {
      this.context.log.warn({ err: error }, 'the network does not remove a contact');
    }
  }
}

function asked({ pending }: ContactRecord): boolean {
  return pending === 'asked' || pending === 'both';
}

function offered({ pending }: ContactRecord): boolean {
  return pending === 'offered' || pending === 'both';
}

function withAsked(record: ContactRecord | undefined): ContactRecord['pending'] {
  return record && offered(record) ? 'both' : 'asked';
}

function withoutAsked(record: ContactRecord | undefined): ContactRecord['pending'] {
  return record && offered(record) ? 'offered' : '';
}

function withoutOffered(record: ContactRecord | undefined): ContactRecord['pending'] {
  return record && asked(record) ? 'asked' : '';
}
