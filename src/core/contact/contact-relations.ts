import type { ContactCard } from '../../gateway/contact.js';
import type {
  ContactAnswered,
  ContactChanged,
  ContactListed,
  ContactRemoved,
  ContactRequested,
  PresenceChanged,
} from '../../gateway/event.js';
import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { Account } from '../account/account.js';
import type { ContactBook, ContactBooks, ContactPatch } from './contact-book.js';
import type { ContactPresences } from './contact-presences.js';
import type { LastSeen } from './last-seen.js';
import type { RosterSuggestions } from './roster-suggestions.js';
import type { RosterSync } from './roster-sync.js';
import { CONTACTS_MAX, type Subscriptions } from './subscriptions.js';

/** What the network says of people as contacts. */
export type RelationEvent =
  | ContactAnswered
  | ContactChanged
  | ContactListed
  | ContactRemoved
  | ContactRequested
  | PresenceChanged;

/** The parts that an event may concern. */
export interface RelationParts {
  readonly books: ContactBooks;
  readonly presences: ContactPresences;
  readonly subscriptions: Subscriptions;
  readonly rosters: RosterSync;
  readonly suggestions: RosterSuggestions;
  readonly lastSeen: LastSeen;
}

/** Takes in what the network says of people as contacts: who is on the list, who asks, who answers, who is there. */
export class ContactRelations {
  constructor(private readonly parts: RelationParts) {}

  /** Resolves when it is durable, in order of the events of one account; nothing for availability, which is not kept. */
  handle(account: Account, event: RelationEvent): Promise<void> | undefined {
    // Nobody else has contacts: an implicit account is gone with its last room.
    if (!account.registered) return undefined;
    const handled = this.parts.books.of(account).then((book) => this.#handle(account, book, event));
    if (event.type !== 'contact-presence') return handled;
    handled.catch(() => undefined); // The store tells of its trouble; presence is told anew.
    return undefined;
  }

  #handle(account: Account, book: ContactBook, event: RelationEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'contact-list':
        return this.#listed(account, book, event.contacts);
      case 'contact-changed':
        return this.#changed(account, book, event.contact);
      case 'contact-removed':
        return this.#removed(account, book, [event.contact]);
      case 'contact-requested':
        return this.#requested(account, book, event);
      case 'contact-answered':
        return event.granted
          ? this.#granted(account, book, event.contact)
          : this.parts.subscriptions.refused(account, book, event.contact);
      case 'contact-presence': {
        const record = book.get(event.contact);
        if (!record) {
          // Only contacts are remembered: their number is bounded.
          if (this.parts.subscriptions.asks(account, event.contact))
            this.parts.presences.keep(account, event.contact, event.presence);
          return undefined;
        }
        this.parts.lastSeen.note(account, record, event.presence);
        this.parts.presences.note(account, record, event.presence);
        return undefined;
      }
      default:
        return event satisfies never;
    }
  }

  async #listed(account: Account, book: ContactBook, cards: readonly ContactCard[]): Promise<void> {
    const listed = new Set<string>();
    const changes: [ContactId, ContactPatch][] = [];
    let room = CONTACTS_MAX - book.size;
    for (const card of cards) {
      const before = book.get(card.id);
      if (!before) {
        if (room <= 0) continue;
        room -= 1;
      }
      listed.add(card.id);
      const patch = patchOf(card);
      if (!before || differs(before, patch)) changes.push([card.id, patch]);
    }
    const gone = [...book.all()].filter((record) => record.listed && !listed.has(record.contact));
    const settled = changes.length > 0 ? book.changeAll(changes) : Promise.resolve();
    await this.#removed(
      account,
      book,
      gone.map(({ contact }) => contact as ContactId),
    );
    await settled;
    this.parts.rosters.schedule(account);
  }

  async #changed(account: Account, book: ContactBook, card: ContactCard): Promise<void> {
    const before = book.get(card.id);
    if (!before && book.size >= CONTACTS_MAX) return;
    const patch = patchOf(card);
    if (before && !differs(before, patch)) return;
    await book.change(card.id, patch);
    const after = book.get(card.id);
    if (before?.listed && before.suggested && after && renamed(before, after))
      await this.#suggest(account, 'modify', [after]);
    this.parts.rosters.schedule(account);
  }

  /** D18: the three presences, and the item out of the roster where the gateway has put it there. */
  async #removed(account: Account, book: ContactBook, contacts: readonly ContactId[]): Promise<void> {
    const records = contacts.flatMap((contact) => book.get(contact) ?? []);
    if (records.length === 0) return;
    for (const record of records) {
      this.parts.subscriptions.farewell(account, record);
      this.parts.presences.forget(account, record.contact as ContactId);
    }
    const offered = records.filter(({ suggested, to }) => suggested || to);
    await book.changeAll(records.map(({ contact }) => [contact as ContactId, GONE]));
    await this.#suggest(account, 'delete', offered);
    this.parts.rosters.schedule(account);
  }

  async #requested(account: Account, book: ContactBook, event: ContactRequested): Promise<void> {
    const { contact, nick, text } = event;
    if (!book.get(contact)) {
      if (book.size >= CONTACTS_MAX) return;
      await book.change(contact, { name: nick });
    }
    await this.parts.subscriptions.offered(account, book, contact, text);
  }

  /** Never unsolicited: a consent that the user has not asked for changes nothing for him (D15). */
  async #granted(account: Account, book: ContactBook, contact: ContactId): Promise<void> {
    const pending = book.get(contact)?.pending;
    if (pending === 'asked' || pending === 'both')
      await this.parts.subscriptions.grant(account, book, contact);
  }

  /** By privilege the roster says it itself. */
  async #suggest(
    account: Account,
    action: 'modify' | 'delete',
    records: readonly ContactRecord[],
  ): Promise<void> {
    if (records.length === 0 || account.resources.size === 0) return;
    if ((await this.parts.rosters.way(account)) !== 'suggestions') return;
    const client = await this.parts.suggestions.client(account);
    if (client !== undefined) this.parts.suggestions.send(client, action, records);
  }
}

/** What is left of a contact that is one no more; `written` stays until the roster has been looked at. */
const GONE: ContactPatch = { listed: false, to: false, from: false, pending: '', suggested: false };

function patchOf({ name, groups = [], avatar = '', noReply = false }: ContactCard): ContactPatch & Card {
  return { listed: true, name, groups, avatar, noReply };
}

type Card = Pick<ContactRecord, 'listed' | 'name' | 'groups' | 'avatar' | 'noReply'>;

function differs(record: ContactRecord, card: Card): boolean {
  return (
    record.listed !== card.listed ||
    record.avatar !== card.avatar ||
    record.noReply !== card.noReply ||
    renamed(record, card)
  );
}

function renamed(a: Pick<Card, 'name' | 'groups'>, b: Pick<Card, 'name' | 'groups'>): boolean {
  return a.name !== b.name || a.groups.join('\n') !== b.groups.join('\n');
}
