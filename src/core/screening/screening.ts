import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { Account } from '../account/account.js';
import type { ContactBook, ContactBooks } from '../contact/contact-book.js';
import { CONTACTS_MAX } from '../contact/subscriptions.js';
import { keyOf, person } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import { AskSetting } from './ask-setting.js';
import type { Mutes } from './mutes.js';
import type { WaitingMessages } from './waiting-messages.js';

/** What becomes of what a person says: it is shown, it waits for the user's word, or it is for nobody. */
export type Verdict = 'show' | 'hold' | 'drop';

/** Newest messages of a conversation that are looked at to see whether the user has ever written. */
const LOOKED_BACK = 50;

/** What is known of one account before anything can be said. */
interface Desk {
  readonly book: ContactBook;
  asks: boolean;
}

/**
 * Whom a user hears: not those he has blocked, not now those he has muted, and those he does not know only when he
 * has let them. Who is in his list, was let in, or was written to by him is known.
 */
export class Screening {
  readonly #setting: AskSetting;
  readonly #desks = new WeakMap<Account, Desk>();
  readonly #opening = new WeakMap<Account, Promise<Desk>>();
  /** The last decision under way for each conversation: later ones must not overtake it. */
  readonly #deciding = new Map<string, Promise<Verdict>>();

  constructor(
    private readonly context: DomainContext,
    private readonly books: ContactBooks,
    private readonly waiting: WaitingMessages,
    private readonly mutes: Mutes,
  ) {
    this.#setting = new AskSetting(context);
    // However he came to be known: what waited of him is shown.
    books.onChange((account, after, before) => {
      if (after.approved && !before?.approved && !after.blocked) void this.#let(account, after);
    });
  }

  /** At once where everything is known. Decisions about one person are made in the order in which they are asked. */
  screen(account: Account, contact: ContactId): Verdict | Promise<Verdict> {
    const key = `${account.record.id} ${contact}`;
    const before = this.#deciding.get(key);
    const desk = this.#desks.get(account);
    const verdict = !before && desk && this.#atOnce(account, desk, contact);
    if (verdict) return verdict;
    const deciding = (before ?? Promise.resolve()).then(
      () => this.#decide(account, contact),
      () => this.#decide(account, contact),
    );
    this.#deciding.set(key, deciding);
    const over = () => {
      if (this.#deciding.get(key) === deciding) this.#deciding.delete(key);
    };
    deciding.then(over, over);
    return deciding;
  }

  /** Whether the user hears nothing of the person, as far as it is known without asking the store. */
  blocks(account: Account, contact: ContactId): boolean {
    return this.books.loaded(account)?.get(contact)?.blocked ?? false;
  }

  /** Whether the user has never had to do with the person: he is asked, not only spared for a while. */
  isUnknown(account: Account, contact: ContactId): boolean {
    return !isKnown(this.books.loaded(account)?.get(contact));
  }

  /** What is known of the account's contacts, if it has been read. */
  opened(account: Account): ContactBook | undefined {
    return this.#desks.get(account)?.book;
  }

  /** Reads what {@link screen} decides by. Rejects with the store's error. */
  open(account: Account): Promise<ContactBook> {
    return this.#open(account).then(({ book }) => book);
  }

  /** The user writes to the person, and so knows him. */
  wrote(account: Account, contact: ContactId): void {
    const desk = this.#desks.get(account);
    if (!desk) return;
    const record = desk.book.get(contact);
    if (record ? record.approved : !desk.asks) return;
    this.#approve(desk.book, contact);
  }

  async asks(account: Account): Promise<boolean> {
    return (await this.#open(account)).asks;
  }

  /** The user chooses whether he is asked. */
  async setAsks(account: Account, asks: boolean): Promise<void> {
    const desk = await this.#open(account);
    await this.#setting.write(account, asks);
    desk.asks = asks;
  }

  /** Undefined when the store has to be asked, or something to be shown before. */
  #atOnce(account: Account, desk: Desk, contact: ContactId): Verdict | undefined {
    const record = desk.book.get(contact);
    if (record?.blocked) return 'drop';
    // Muted people are not strangers: what may no longer wait is shown rather than lost.
    if (isMuted(record)) return this.waiting.isFull(account) ? 'show' : 'hold';
    const waiting = this.waiting.count(account, this.#nameOf(contact));
    if (!desk.asks || isKnown(record) || account.privateRoutes?.has(contact))
      return waiting > 0 ? undefined : 'show';
    return waiting > 0 ? this.#stranger(account, waiting) : undefined;
  }

  async #decide(account: Account, contact: ContactId): Promise<Verdict> {
    try {
      const desk = await this.#open(account);
      const verdict = this.#atOnce(account, desk, contact);
      if (verdict) return verdict;
      const sender = this.#nameOf(contact);
      if (this.waiting.count(account, sender) > 0) {
        await this.waiting.show(account, sender);
        return 'show';
      }
      if (!(await this.#hasWritten(account, contact))) return this.#stranger(account, 0);
      this.#approve(desk.book, contact);
      return 'show';
    } catch (error) {
      // The store tells the operator of its trouble. What a network keeps it brings again; nothing else would.
      if (this.context.gateway.messaging === 'stored') throw error;
      return 'show';
    }
  }

  #stranger(account: Account, waiting: number): Verdict {
    const { waitingPerPerson } = this.context.options.contacts;
    return waiting >= waitingPerPerson || this.waiting.isFull(account) ? 'drop' : 'hold';
  }

  async #hasWritten(account: Account, contact: ContactId): Promise<boolean> {
    const recent = await this.context.store.messages.recent(
      account.record.id,
      LOOKED_BACK,
      keyOf(person(contact)),
    );
    return recent.some(({ direction }) => direction !== 'in');
  }

  /** Known without an entry as well, as long as the store knows of his messages. */
  #approve(book: ContactBook, contact: ContactId): void {
    if (book.size >= CONTACTS_MAX && !book.get(contact)) return;
    book.change(contact, { approved: true }).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'it could not be noted that a user knows a person');
    });
  }

  async #let(account: Account, { contact, mutedUntil }: ContactRecord): Promise<void> {
    if (mutedUntil > Date.now()) return;
    try {
      await this.waiting.counted(account);
      await this.waiting.show(account, this.#nameOf(contact as ContactId));
    } catch (error) {
      this.context.log.warn({ err: error }, 'messages that waited could not be shown yet');
    }
  }

  #open(account: Account): Promise<Desk> {
    const known = this.#opening.get(account);
    if (known) return known;
    const opening = Promise.all([
      this.books.of(account),
      this.#setting.read(account),
      this.waiting.counted(account),
    ]).then(([book, asks]) => {
      const desk = { book, asks };
      this.#desks.set(account, desk);
      void this.mutes.look(account, book);
      return desk;
    });
    this.#opening.set(account, opening);
    opening.catch(() => this.#opening.delete(account));
    return opening;
  }

  /** What the person's stanzas come from. */
  #nameOf(contact: ContactId): string {
    return findJid(this.context, { kind: 'contact', id: contact }) ?? this.context.options.domain;
  }
}

function isKnown(record: ContactRecord | undefined): boolean {
  return record !== undefined && (record.approved || record.listed || record.to || record.from);
}

function isMuted(record: ContactRecord | undefined): boolean {
  return record !== undefined && record.mutedUntil > Date.now();
}
