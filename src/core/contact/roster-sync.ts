import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { RosterItem } from '../../xmpp/roster.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { ContactBook, ContactBooks } from './contact-book.js';
import type { ContactPresences } from './contact-presences.js';
import type { RosterAccess } from './roster-access.js';
import { planRoster, type RosterStep, standing } from './roster-plan.js';
import type { RosterSuggestions } from './roster-suggestions.js';

/** Users whose rosters are worked on at a time (no storm after a start), and items of one roster at a time. */
const USERS_AT_ONCE = 20;
const ITEMS_AT_ONCE = 5;

/**
 * How a network's contact list gets to the user, chosen by itself: into his roster by privilege, else by offers to
 * a client, else not until a person first matters (E10, E11, Q05).
 */
export type RosterWay = 'roster' | 'suggestions' | 'on-demand';

/** Brings rosters of users in line with their contact lists on the network. */
export class RosterSync {
  readonly #waiting = new Set<Account>();
  readonly #running = new Set<Account>();
  #stopped = false;

  constructor(
    private readonly context: DomainContext,
    private readonly books: ContactBooks,
    private readonly access: RosterAccess,
    private readonly suggestions: RosterSuggestions,
    private readonly presences: ContactPresences,
  ) {}

  async way(account: Account): Promise<RosterWay> {
    if (this.access.granted(account.owner)) return 'roster';
    return (await this.suggestions.client(account)) === undefined ? 'on-demand' : 'suggestions';
  }

  /** Looks at the user's roster soon, once, however often it is called meanwhile. */
  schedule(account: Account): void {
    if (this.#stopped || !account.registered || account.resources.size === 0) return;
    if (!account.session?.contacts) return; // The network has no contact lists.
    this.#waiting.add(account);
    this.#next();
  }

  /** What a client or the server says has become of the user's roster; the privilege's roster pushes (XEP-0356 §4.4). */
  async pushed(account: Account, items: readonly RosterItem[]): Promise<void> {
    const book = await this.books.of(account);
    for (const [contact, item] of this.access.own(items)) {
      const record = book.get(contact);
      if (!record) continue;
      const state = standing(item.subscription);
      if (item.subscription === 'remove') {
        await book.change(contact, { ...state, suggested: true });
        continue;
      }
      if (state.to === record.to && state.from === record.from) continue;
      // Consent that is on its way comes by presence; what is lost does not.
      if (record.to && !state.to && item.asking) continue;
      await book.change(contact, state);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }

  #next(): void {
    for (const account of this.#waiting) {
      if (this.#running.size >= USERS_AT_ONCE) return;
      if (this.#running.has(account)) continue;
      this.#waiting.delete(account);
      this.#running.add(account);
      void this.#run(account);
    }
  }

  async #run(account: Account): Promise<void> {
    try {
      const book = await this.books.of(account);
      const written = this.access.granted(account.owner) && (await this.#write(account, book));
      // Clients may take their time: the next roster does not wait for them.
      if (!written && !this.#stopped) void this.#offer(account, book);
    } catch (error) {
      this.context.log.error({ err: error }, 'a roster could not be brought up to date');
    } finally {
      this.#running.delete(account);
      this.#next();
    }
  }

  async #offer(account: Account, book: ContactBook): Promise<void> {
    try {
      await this.suggestions.offer(account, book);
    } catch (error) {
      this.context.log.error({ err: error }, 'contacts could not be offered to a client');
    }
  }

  /** False when the server does not let the gateway at the roster. */
  async #write(account: Account, book: ContactBook): Promise<boolean> {
    const before = this.#records(book);
    const items = await this.access.read(account.owner);
    if (typeof items === 'string') return items !== 'no-access';
    const { steps, notes } = planRoster(before, items);
    await this.#note(book, before, notes);
    const outcome = await this.#take(account, book, steps);
    if (outcome === 'no-access') return false;
    const added = steps.filter(({ done }) => done.to);
    if (added.length > 0) await this.#verify(account, book, added);
    return true;
  }

  /** Not every server takes the subscription with the item: what counts is what it says afterwards. */
  async #verify(account: Account, book: ContactBook, added: readonly RosterStep[]): Promise<void> {
    const before = this.#records(book);
    const items = await this.access.read(account.owner);
    if (typeof items !== 'string') await this.#note(book, before, planRoster(before, items).notes);
    for (const { contact } of added) {
      const record = book.get(contact);
      if (record) this.presences.tell(account, record);
    }
  }

  #records(book: ContactBook): readonly { readonly record: ContactRecord; readonly jid: string }[] {
    return [...book.all()].flatMap((record) => {
      const jid = findJid(this.context, { kind: 'contact', id: record.contact as ContactId });
      return jid === undefined ? [] : [{ record, jid }];
    });
  }

  /** Notes what the roster tells, except of contacts that have changed while it was on its way. */
  async #note(
    book: ContactBook,
    before: readonly { readonly record: ContactRecord }[],
    notes: ReturnType<typeof planRoster>['notes'],
  ): Promise<void> {
    const unchanged = new Set(
      before.flatMap(({ record }) =>
        book.get(record.contact as ContactId) === record ? [record.contact] : [],
      ),
    );
    const news = notes.filter(([contact]) => unchanged.has(contact) || !book.get(contact));
    if (news.length > 0) await book.changeAll(news);
  }

  async #take(
    account: Account,
    book: ContactBook,
    steps: readonly RosterStep[],
  ): Promise<'done' | 'no-access'> {
    for (let first = 0; first < steps.length && !this.#stopped; first += ITEMS_AT_ONCE) {
      const some = steps.slice(first, first + ITEMS_AT_ONCE);
      const outcomes = await Promise.all(some.map(({ item }) => this.access.write(account.owner, item)));
      const taken = some.filter((_, index) => outcomes[index] === 'done');
      await book.changeAll(taken.map(({ contact, done }) => [contact, done]));
      if (outcomes.includes('no-access')) return 'no-access';
      if (outcomes.includes('failed')) return 'done';
    }
    return 'done';
  }
}
