import type { ContactCard } from '../../../src/gateway/contact.js';
import type { SessionHost } from '../../../src/gateway/session.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgPerson, TgStatus } from '../client/model.js';
import { personName } from '../content/names.js';
import { asContactId } from '../ids.js';
import type { BlockedPeople } from './blocked-people.js';
import { Presences } from './presences.js';

/** What the contact list needs of the world. */
export interface ContactListServices {
  readonly client: Pick<TgClient, 'contacts' | 'blockedPeople'>;
  readonly host: Pick<SessionHost, 'emit'>;
  readonly blocked: BlockedPeople;
  /** False for a bot, which has none: nothing is asked then. */
  readonly lists: boolean;
  /** How long changes are gathered before the list is read anew (ms). */
  readonly refreshMs: number;
  trouble(error: unknown, what: string): void;
}

/** A person as the core keeps him. */
function cardOf(person: TgPerson): ContactCard {
  const { id, photo } = person;
  return { id: asContactId(id), name: personName(person), ...(photo !== undefined && { avatar: photo }) };
}

/** The account's contact list, and who of it is there. */
export class ContactList {
  readonly #listed = new Set<PeerId>();
  readonly #presences: Presences;
  #reading: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly services: ContactListServices) {
    this.#presences = new Presences((person, presence) => {
      void services.host.emit({ type: 'contact-presence', contact: asContactId(person), presence });
    });
  }

  /** Reads the whole list. Resolves when it is told; never rejects. */
  read(): Promise<void> {
    clearTimeout(this.#again);
    this.#again = undefined;
    if (!this.services.lists) return Promise.resolve();
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Tells whom the user keeps away. Never rejects. */
  async readBlocked(): Promise<void> {
    try {
      const all = await this.services.client.blockedPeople();
      await this.services.blocked.listed(all.filter((one) => one.startsWith('u')));
    } catch (error) {
      this.services.trouble(error, 'whom a user has blocked could not be read');
    }
  }

  /** Something has changed in it; several changes are read once. */
  changed(): void {
    if (this.#stopped) return;
    this.#again ??= setTimeout(() => void this.read(), this.services.refreshMs).unref();
  }

  /** Somebody is called otherwise, has another picture, or is a contact now or no more. */
  person(person: TgPerson): Promise<void> | undefined {
    if (person.contact || this.#listed.has(person.id)) this.#presences.note(person.id, person.status);
    if (person.contact) return this.added(person);
    return this.#listed.has(person.id) ? this.removed(person.id) : undefined;
  }

  added(person: TgPerson): Promise<void> | undefined {
    this.#listed.add(person.id);
    return this.services.host.emit({ type: 'contact-changed', contact: cardOf(person) });
  }

  removed(person: PeerId): Promise<void> | undefined {
    this.#listed.delete(person);
    this.#presences.forget(person);
    return this.services.host.emit({ type: 'contact-removed', contact: asContactId(person) });
  }

  blocked(person: PeerId, blocked: boolean): Promise<void> {
    return this.services.blocked.changed(person, blocked);
  }

  status(person: PeerId, status: TgStatus): void {
    this.#presences.note(person, status);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
    this.#presences.stop();
  }

  async #read(): Promise<void> {
    const { client, host } = this.services;
    try {
      const people = await client.contacts();
      if (this.#stopped) return;
      this.#listed.clear();
      for (const { id } of people) this.#listed.add(id);
      await host.emit({ type: 'contact-list', contacts: people.map(cardOf) });
      for (const { id, status } of people) this.#presences.note(id, status);
    } catch (error) {
      this.services.trouble(error, 'a contact list could not be read');
    }
  }
}
