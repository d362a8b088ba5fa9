import type { ContactPresence } from '../../gateway/contact.js';
import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import { renderPhotoUpdate } from '../../xmpp/xep/0153-vcard-avatars/photo.js';
import { idleElement } from '../../xmpp/xep/0319-last-interaction/idle.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { ShownContacts } from './shown-contacts.js';

/** Characters of a status text shown at most. */
const STATUS_MAX = 1_000;

/** What is remembered of one account's contacts; both maps hold contacts of its book only. */
interface Seen {
  /** As the network last told. */
  readonly current: Map<ContactId, ContactPresence>;
  /** What the user was last told, as one word or line: equal means that there is nothing to say. */
  readonly told: Map<ContactId, string>;
}

/**
 * Presence of contacts, to the bare JID of the user (D19, D20, D24), and only what is news to him. On a network
 * without presence people are steadily available: shown once, and whenever the user's server asks (D22).
 */
export class ContactPresences {
  readonly #seen = new WeakMap<Account, Seen>();
  #onShown: ((account: Account, record: ContactRecord) => void) | undefined;

  constructor(
    private readonly context: DomainContext,
    /** Entity capabilities of a person (XEP-0115), as XML text. */
    private readonly caps: (account: Account, contact: ContactId) => string,
    private readonly shown: ShownContacts,
  ) {}

  /** Calls back whenever a contact is shown as available. */
  onShown(listener: (account: Account, record: ContactRecord) => void): void {
    this.#onShown = listener;
  }

  /** Whether the user was last told that the contact is available. */
  isShown(account: Account, contact: ContactId): boolean {
    return this.#seen.get(account)?.told.has(contact) ?? false;
  }

  /** The network's last word on a contact. */
  current(account: Account, contact: ContactId): ContactPresence | undefined {
    return this.#seen.get(account)?.current.get(contact);
  }

  /** The network says how it is with a contact of the book. */
  note(account: Account, record: ContactRecord, presence: ContactPresence): void {
    this.keep(account, record.contact as ContactId, presence);
    this.tell(account, record);
  }

  /** The network says how it is with a person who is about to be a contact. */
  keep(account: Account, contact: ContactId, presence: ContactPresence): void {
    this.#of(account).current.set(contact, presence);
  }

  /** A contact is new to the user: he is shown as far as the network has told of him (D11). */
  introduce(account: Account, record: ContactRecord): void {
    if (steady(account) || this.current(account, record.contact as ContactId)) this.answer(account, record);
  }

  /** Tells the user if he sees the contact's presence, is there, and has not been told the same. */
  tell(account: Account, record: ContactRecord): void {
    if (!record.to || record.blocked || account.resources.size === 0) return;
    const contact = record.contact as ContactId;
    const presence = steady(account) ? ONLINE : this.current(account, contact);
    if (!presence) return;
    const { told } = this.#of(account);
    const words = wordsOf(presence, record.photo);
    const before = told.get(contact);
    if (before === words || (before === undefined && presence.show === 'offline')) return;
    if (presence.show === 'offline') told.delete(contact);
    else told.set(contact, words);
    this.#send(account, record, presence);
  }

  /** Answers a probe: what there is to say is said again (D09). */
  answer(account: Account, record: ContactRecord): void {
    const contact = record.contact as ContactId;
    const presence = steady(account) ? ONLINE : (this.current(account, contact) ?? OFFLINE);
    const { told } = this.#of(account);
    if (presence.show === 'offline' || record.blocked) told.delete(contact);
    else told.set(contact, wordsOf(presence, record.photo));
    this.#send(account, record, record.blocked ? OFFLINE : presence);
  }

  /** The contact is not shown any more: said once, if he was shown (D17). */
  hide(account: Account, record: ContactRecord): void {
    const contact = record.contact as ContactId;
    if (!this.#seen.get(account)?.told.delete(contact)) return;
    this.#send(account, record, OFFLINE);
  }

  /** As {@link hide}, whether he was shown or not: what an earlier run showed is not known after a crash. */
  correct(account: Account, record: ContactRecord): void {
    if (!record.to || this.#of(account).told.has(record.contact as ContactId)) return;
    this.#send(account, record, OFFLINE);
  }

  /** Forgets the contact; nothing is said. */
  forget(account: Account, contact: ContactId): void {
    const seen = this.#seen.get(account);
    seen?.told.delete(contact);
    seen?.current.delete(contact);
  }

  /** Forgets all contacts; nothing is said. */
  forgetAll(account: Account): void {
    this.#seen.delete(account);
  }

  /** The user is gone, or the gateway goes: `unavailable` from every contact that was shown (D05, D07). */
  farewell(account: Account): void {
    const seen = this.#seen.get(account);
    if (!seen) return;
    if (!steady(account)) {
      for (const contact of seen.told.keys()) this.#unavailable(account, contact);
    }
    seen.told.clear();
  }

  /** The session has ended: nothing is known of the network any more. */
  ended(account: Account): void {
    this.#seen.get(account)?.current.clear();
  }

  /** Contacts that the network last told to be there. */
  *present(account: Account): Iterable<ContactId> {
    for (const [contact, { show }] of this.#seen.get(account)?.current ?? []) {
      if (show !== 'offline') yield contact;
    }
  }

  #of(account: Account): Seen {
    let seen = this.#seen.get(account);
    if (!seen) {
      seen = { current: new Map(), told: new Map() };
      this.#seen.set(account, seen);
    }
    return seen;
  }

  #unavailable(account: Account, contact: ContactId): void {
    const from = findJid(this.context, { kind: 'contact', id: contact });
    if (from === undefined) return;
    this.context.sink.send(
      `<presence type='unavailable' from='${xmlAttr(from)}' to='${xmlAttr(account.owner)}'/>`,
    );
  }

  #send(account: Account, record: ContactRecord, presence: ContactPresence): void {
    const id = record.contact as ContactId;
    const from = findJid(this.context, { kind: 'contact', id });
    if (from === undefined) return;
    const offline = presence.show === 'offline';
    if (!offline && !steady(account)) this.shown.shown(account);
    const type = offline ? " type='unavailable'" : '';
    const extra = offline ? '' : `${this.caps(account, id)}${idle(presence)}${photoElement(account, record)}`;
    this.context.sink.send(
      `<presence${type} from='${xmlAttr(from)}' to='${xmlAttr(account.owner)}'>${showElement(presence)}${statusElement(presence)}${extra}</presence>`,
    );
    if (!offline) this.#onShown?.(account, record);
  }
}

const ONLINE: ContactPresence = { show: 'online' };
const OFFLINE: ContactPresence = { show: 'offline' };

/** Whether people of the account's network are steadily available: it tells no presence. */
export function steady(account: Account): boolean {
  return account.session?.contacts?.presence !== true;
}

/** Equal for presences that say the same. The frequent ones are one shared word, since there are very many. */
function wordsOf(presence: ContactPresence, photo: string): string {
  const { show, status = '' } = presence;
  const since = idleSince(presence) ?? '';
  return status === '' && since === '' && photo === '' ? show : `${show} ${since} ${photo} ${status}`;
}

/** When somebody who is there was last active; for who is active that says nothing (XEP-0319 §2). */
function idleSince({ show, lastSeen }: ContactPresence): number | undefined {
  return show === 'away' || show === 'xa' || show === 'dnd' ? lastSeen : undefined;
}

function idle(presence: ContactPresence): string {
  return idleElement(idleSince(presence));
}

/** RFC 6121 §4.7.2.1: plain availability has no `show`. */
function showElement({ show }: ContactPresence): string {
  return show === 'online' || show === 'offline' ? '' : `<show>${show}</show>`;
}

function statusElement({ status = '' }: ContactPresence): string {
  return status === '' ? '' : `<status>${xmlText(status.slice(0, STATUS_MAX))}</status>`;
}

/** XEP-0153 §3.1; where the network has no pictures nothing is said of them. */
function photoElement({ session }: Account, { photo, avatar }: ContactRecord): string {
  if (photo !== '') return renderPhotoUpdate(photo);
  if (!session?.people?.avatar) return '';
  return renderPhotoUpdate(avatar === '' ? '' : undefined);
}
