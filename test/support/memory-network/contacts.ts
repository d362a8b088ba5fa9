import type { ContactCard, ContactPresence } from '../../../src/gateway/contact.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { ContactsFacet } from '../../../src/gateway/session.js';
import { refusal } from './rooms.js';
import { contactOf, type MemoryWorld } from './world.js';

/** What a person does when a user wants to have him as a contact. */
export type Consent = 'granted' | 'asked' | 'refused';

/** Contact lists and presence of the network, obeying the test's script. */
export class MemoryContactLists {
  /** Lists by the user's name on the network. */
  readonly #lists = new Map<ContactId, Map<ContactId, ContactCard>>();
  readonly #presences = new Map<ContactId, ContactPresence>();
  readonly #consents = new Map<ContactId, Consent>();
  /** What users asked of the network, one line each: `add bob`, `remove bob`, `grant bob`, `deny bob`. */
  readonly asked: string[] = [];

  constructor(
    private readonly world: MemoryWorld,
    /** Whether the network tells availability. */
    readonly presence: boolean,
  ) {}

  /** The people on a user's list. */
  list(user: string): readonly ContactCard[] {
    return [...this.#listOf(contactOf(user)).values()];
  }

  /** Puts people on a user's list without telling him. */
  put(user: string, ...cards: readonly (Omit<ContactCard, 'id'> & { readonly id?: ContactId })[]): void {
    for (const card of cards) {
      const id = card.id ?? contactOf(card.name);
      this.world.person(id);
      this.#listOf(contactOf(user)).set(id, { ...card, id });
    }
  }

  /** A person is on a user's list now, or is called otherwise. */
  change(user: string, card: Omit<ContactCard, 'id'> & { readonly id?: ContactId }): void {
    const contact = { ...card, id: card.id ?? contactOf(card.name) };
    this.put(user, contact);
    this.#tell(user, { type: 'contact-changed', contact });
  }

  /** A person is on a user's list no more. */
  drop(user: string, person: string): void {
    this.#listOf(contactOf(user)).delete(contactOf(person));
    this.#tell(user, { type: 'contact-removed', contact: contactOf(person) });
  }

  /** What a person will do when somebody wants to have him as a contact; `granted` unless said. */
  willAnswer(person: string, consent: Consent): void {
    this.world.person(person);
    this.#consents.set(contactOf(person), consent);
  }

  /** A person answers a user who has asked. */
  answer(user: string, person: string, granted: boolean): void {
    if (granted) this.put(user, { name: person });
    this.#tell(user, { type: 'contact-answered', contact: contactOf(person), granted });
  }

  /** A person wants to have a user as a contact. */
  request(user: string, person: string, text?: string): void {
    this.world.person(person);
    this.#tell(user, {
      type: 'contact-requested',
      contact: contactOf(person),
      nick: person,
      ...(text !== undefined && { text }),
    });
  }

  /** A person comes, goes or is away; everybody who has him on his list is told. */
  show(person: string, presence: ContactPresence): void {
    const contact = contactOf(person);
    this.#presences.set(contact, presence);
    for (const [user, list] of this.#lists) {
      if (list.has(contact)) this.#tell(user, { type: 'contact-presence', contact, presence });
    }
  }

  /** What a user is told when he has connected. */
  greet(user: ContactId, observe: (event: InboundEvent) => void): void {
    const list = this.#listOf(user);
    observe({ type: 'contact-list', contacts: [...list.values()] });
    if (!this.presence) return;
    for (const contact of list.keys()) {
      const presence = this.#presences.get(contact);
      if (presence && presence.show !== 'offline') observe({ type: 'contact-presence', contact, presence });
    }
  }

  /** The facet of one user. */
  facet(user: () => string): ContactsFacet {
    return {
      presence: this.presence,
      add: async (contact) => {
        this.asked.push(`add ${contact}`);
        if (!this.world.people.has(contact)) throw refusal('not-found');
        const consent = this.#consents.get(contact) ?? 'granted';
        if (consent === 'refused') throw refusal('rejected');
        if (consent === 'granted') this.#granted(user(), contact);
        return consent;
      },
      remove: async (contact) => {
        this.asked.push(`remove ${contact}`);
        this.#listOf(contactOf(user())).delete(contact);
      },
      answer: async (contact, granted) => {
        this.asked.push(`${granted ? 'grant' : 'deny'} ${contact}`);
      },
    };
  }

  #granted(user: string, contact: ContactId): void {
    const name = this.world.people.get(contact)?.nick ?? contact;
    this.change(user, { id: contact, name });
    const presence = this.#presences.get(contact);
    if (presence) this.#tell(user, { type: 'contact-presence', contact, presence });
  }

  #tell(user: string, event: InboundEvent): void {
    this.world.connected.get(contactOf(user))?.observe(event);
  }

  #listOf(user: ContactId): Map<ContactId, ContactCard> {
    let list = this.#lists.get(user);
    if (!list) {
      list = new Map();
      this.#lists.set(user, list);
    }
    return list;
  }
}
