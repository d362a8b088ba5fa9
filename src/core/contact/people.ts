import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import type { RosterItem } from '../../xmpp/roster.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import type { Privileges } from '../privilege/privileges.js';
import type { PictureViewers } from '../profile/avatars.js';
import { ClientFeatures } from './client-features.js';
import type { ContactBooks } from './contact-book.js';
import { ContactPresences, steady } from './contact-presences.js';
import { ContactRelations, type RelationEvent } from './contact-relations.js';
import { LastSeen } from './last-seen.js';
import { RosterAccess } from './roster-access.js';
import { RosterSuggestions } from './roster-suggestions.js';
import { RosterSync } from './roster-sync.js';
import { ShownContacts } from './shown-contacts.js';
import { Subscriptions } from './subscriptions.js';

/** Probes kept for users whose session is not there yet, at most per user. */
const PROBES_MAX = 10_000;

/** Presences that change a subscription (RFC 6121 §3). */
const SUBSCRIPTIONS: ReadonlySet<string> = new Set([
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
]);

const MS_PER_SECOND = 1_000;

/** Last activity of a contact as a user may know it: seconds, or why not (B15). */
export type LastActivity = number | 'forbidden' | 'unknown';

/** What registration, commands and queries take from {@link People}. */
export interface PeopleFacts {
  /** How the network's contact list gets to the user; undefined where there is none. */
  status(account: Account): Promise<Text | undefined>;
  /** Undefined on a network that tells no presence. */
  lastActivity(account: Account, contact: ContactId): Promise<LastActivity | undefined>;
  /** The account is about to be erased. Returns what takes leave of its contacts afterwards (C15). */
  dismiss(account: Account): Promise<() => void>;
  /** As {@link People.mattered}. */
  mattered(account: Account, contact: ContactId): void;
}

/** People as contacts, for one gateway domain: relations, rosters and presence. */
export class People implements PeopleFacts, PictureViewers {
  /** What clients of users can do. */
  readonly clients: ClientFeatures;
  readonly #presences: ContactPresences;
  readonly #subscriptions: Subscriptions;
  readonly #relations: ContactRelations;
  readonly #access: RosterAccess;
  readonly #suggestions: RosterSuggestions;
  readonly #rosters: RosterSync;
  readonly #lastSeen: LastSeen;
  readonly #shown: ShownContacts;
  /** Probes that came before it was known what network it is: answered when the user's session is there. */
  readonly #unanswered = new WeakMap<Account, Map<ContactId, Jid>>();

  constructor(
    private readonly context: DomainContext,
    sessions: Sessions,
    private readonly books: ContactBooks,
    privileges: Privileges,
    /** Entity capabilities of a person (XEP-0115), as XML text. */
    private readonly caps: (account: Account, contact: ContactId | undefined) => string,
  ) {
    this.#shown = new ShownContacts(context);
    this.#presences = new ContactPresences(context, caps, this.#shown);
    this.#subscriptions = new Subscriptions(context, sessions, books, this.#presences);
    this.#access = new RosterAccess(context, privileges);
    this.clients = new ClientFeatures(context.options.domain, context.requests);
    this.#suggestions = new RosterSuggestions(context, this.clients);
    this.#rosters = new RosterSync(context, books, this.#access, this.#suggestions, this.#presences);
    this.#lastSeen = new LastSeen(context, books, this.#presences);
    this.#relations = new ContactRelations({
      books,
      presences: this.#presences,
      subscriptions: this.#subscriptions,
      rosters: this.#rosters,
      suggestions: this.#suggestions,
      lastSeen: this.#lastSeen,
    });
    books.onChange((account, after, before) => {
      if (after.blocked === (before?.blocked ?? false)) return;
      if (after.blocked) this.#presences.hide(account, after);
      else this.#presences.tell(account, after);
    });
    privileges.onChange((domain) => {
      for (const account of context.accounts.all())
        if (account.owner.endsWith(`@${domain}`)) this.#rosters.schedule(account);
    });
  }

  /** After a start, before users are asked whether they are there. */
  start(): Promise<void> {
    return this.#shown.read();
  }

  onShown(listener: (account: Account, record: ContactRecord) => void): void {
    this.#presences.onShown(listener);
  }

  isShown(account: Account, contact: ContactId): boolean {
    return this.#presences.isShown(account, contact);
  }

  showAgain(account: Account, record: ContactRecord): void {
    this.#presences.tell(account, record);
  }

  /** What the network says. */
  handle(account: Account, event: RelationEvent): Promise<void> | undefined {
    return this.#relations.handle(account, event);
  }

  /** A presence to a person; `contact` is undefined for an address that cannot exist. */
  receive(
    account: Account | undefined,
    from: Jid,
    to: Jid,
    contact: ContactId | undefined,
    stanza: XmlElement,
  ): void {
    const { type } = stanza.attrs;
    if (!account?.registered || contact === undefined) {
      // D10, D13, S04: strangers learn nothing, and an answer comes always.
      if (type === 'subscribe' || type === 'probe') this.#subscriptions.refuse(from, to);
      return;
    }
    if (type === 'probe') this.#probe(account, contact, to);
    else if (type !== undefined && SUBSCRIPTIONS.has(type))
      void this.#subscriptions.receive(account, contact, to, stanza);
  }

  /** Presence to a part of the network: steadily there for registered users. */
  receiveAtPlace(account: Account | undefined, from: Jid, to: Jid, stanza: XmlElement): void {
    const { type } = stanza.attrs;
    if (type !== 'subscribe' && type !== 'probe') return;
    if (!account?.registered) {
      this.#subscriptions.refuse(from, to);
      return;
    }
    if (type === 'subscribe') this.#subscriptions.say(to.bare, from.bare, 'subscribed');
    this.context.sink.send(
      `<presence from='${xmlAttr(to.bare)}' to='${xmlAttr(from.bare)}'>${this.caps(account, undefined)}</presence>`,
    );
  }

  /**
   * The user's first client is there, and so is his session; with a new one the network brings its contact list by
   * itself.
   */
  online(account: Account, newSession: boolean): void {
    const probes = this.#unanswered.get(account);
    this.#unanswered.delete(account);
    for (const [contact, to] of probes ?? []) void this.#subscriptions.probe(account, contact, to);
    if (!account.registered) return;
    if (this.#shown.takeStale(account)) void this.#correct(account);
    if (!newSession) this.#rosters.schedule(account);
  }

  /** The user's last client is gone, or the gateway goes (D05, D07). */
  gone(account: Account): void {
    this.#presences.farewell(account);
    void this.#shown.gone(account);
  }

  /** The session is about to be disconnected. */
  ended(account: Account): void {
    this.#lastSeen.ended(account);
    this.gone(account);
    this.#presences.ended(account);
  }

  /**
   * The user and a person of his contact list have to do with each other. Where the list has no other way to him, the
   * person asks to become a contact, once (Q05).
   */
  mattered(account: Account, contact: ContactId): void {
    if (!account.registered || !account.session?.contacts) return;
    void this.#introduce(account, contact);
  }

  /** The server says what has become of the user's roster (XEP-0356 §4.4). False when it may not. */
  rosterPushed(account: Account, items: readonly RosterItem[]): boolean {
    if (!this.#access.granted(account.owner)) return false;
    this.#rosters.pushed(account, items).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'a change of a roster could not be noted');
    });
    return true;
  }

  async status(account: Account): Promise<Text | undefined> {
    if (!account.registered || !account.session?.contacts) return undefined;
    switch (await this.#rosters.way(account)) {
      case 'roster':
        return { key: 'status-contacts-roster' };
      case 'suggestions':
        return { key: 'status-contacts-suggestions' };
      case 'on-demand':
        return { key: 'status-contacts-on-demand' };
    }
  }

  async lastActivity(account: Account, contact: ContactId): Promise<LastActivity | undefined> {
    if (steady(account)) return undefined;
    const record = (await this.books.of(account)).get(contact);
    if (!record?.to) return 'forbidden';
    const presence = this.#presences.current(account, contact);
    if (presence && presence.show !== 'offline' && presence.lastSeen === undefined) return 0;
    const time = presence?.lastSeen ?? this.#lastSeen.of(account, record);
    return time === 0 ? 'unknown' : Math.max(0, Math.floor((Date.now() - time) / MS_PER_SECOND));
  }

  async dismiss(account: Account): Promise<() => void> {
    const records = await this.#related(account);
    this.#presences.forgetAll(account);
    this.#lastSeen.forget(account);
    return () => {
      for (const record of records) this.#subscriptions.farewell(account, record);
      if (records.length > 0) void this.#takeOut(account, records);
    };
  }

  /** Orderly stop, after all sessions have ended. Resolves when everything is written. */
  async stop(): Promise<void> {
    this.#rosters.stop();
    await this.#lastSeen.flush();
  }

  #probe(account: Account, contact: ContactId, to: Jid): void {
    if (account.session) {
      void this.#subscriptions.probe(account, contact, to);
      return;
    }
    let probes = this.#unanswered.get(account);
    if (!probes) {
      probes = new Map();
      this.#unanswered.set(account, probes);
    }
    if (probes.size < PROBES_MAX) probes.set(contact, to);
  }

  async #related(account: Account): Promise<readonly ContactRecord[]> {
    try {
      const book = await this.books.of(account);
      return [...book.all()].filter(
        ({ to, from, pending, written, suggested }) =>
          to || from || pending !== '' || suggested || written !== undefined,
      );
    } catch (error) {
      this.context.log.warn({ err: error }, 'the contacts of a removed account could not be read');
      return [];
    }
  }

  /** Out of the roster by privilege, else by an offer to a client. */
  async #takeOut(account: Account, records: readonly ContactRecord[]): Promise<void> {
    if (this.#access.granted(account.owner)) {
      await this.#access.clear(account.owner, new Set(records.map(({ contact }) => contact)));
      return;
    }
    const client = await this.#suggestions.client(account);
    if (client !== undefined) this.#suggestions.send(client, 'delete', records);
  }

  async #introduce(account: Account, contact: ContactId): Promise<void> {
    try {
      const book = await this.books.of(account);
      const record = book.get(contact);
      if (!record?.listed || record.blocked || record.from || record.suggested) return;
      const way = await this.#rosters.way(account);
      // A server may keep the item and ignore that it is a subscription.
      if (way === 'on-demand' || (way === 'roster' && record.written))
        await this.#subscriptions.request(account, book, contact);
    } catch (error) {
      this.context.log.warn({ err: error }, 'a person could not be introduced to the user');
    }
  }

  async #correct(account: Account): Promise<void> {
    try {
      for (const record of (await this.books.of(account)).all()) {
        if (this.context.sink.congested) await this.context.sink.drained();
        this.#presences.correct(account, record);
      }
    } catch (error) {
      this.context.log.warn({ err: error }, 'what a user sees of contacts could not be corrected');
    }
  }
}
