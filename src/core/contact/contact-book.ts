import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { Store } from '../../store/store.js';
import type { Account } from '../account/account.js';

/** What is known of a person before anything is. */
export const UNKNOWN_CONTACT: Omit<ContactRecord, 'account' | 'contact'> = {
  listed: false,
  name: '',
  groups: [],
  avatar: '',
  photo: '',
  noReply: false,
  to: false,
  from: false,
  pending: '',
  suggested: false,
  blocked: false,
  mutedUntil: 0,
  approved: false,
  lastSeen: 0,
};

/** What may change of a contact; `written` is forgotten by an explicit undefined. */
export type ContactPatch = Partial<Omit<ContactRecord, 'account' | 'contact' | 'written'>> & {
  readonly written?: ContactRecord['written'] | undefined;
};

/** Is told of every change of a contact, which is in memory already. Must not throw. */
export type ContactListener = (
  account: Account,
  after: ContactRecord,
  before: ContactRecord | undefined,
) => void;

/** One account's contacts, in memory while the account is. */
export class ContactBook {
  readonly #records = new Map<string, ContactRecord>();

  constructor(
    private readonly account: Account,
    private readonly store: Pick<Store, 'contacts'>,
    records: readonly ContactRecord[],
    private readonly changed: ContactListener,
  ) {
    for (const record of records) this.#records.set(record.contact, record);
  }

  get(contact: ContactId): ContactRecord | undefined {
    return this.#records.get(contact);
  }

  all(): IterableIterator<ContactRecord> {
    return this.#records.values();
  }

  get size(): number {
    return this.#records.size;
  }

  /** Memory changes at once; the promise resolves when it is durable. A contact unknown so far is added. */
  change(contact: ContactId, patch: ContactPatch): Promise<void> {
    return this.changeAll([[contact, patch]]);
  }

  changeAll(changes: readonly (readonly [ContactId, ContactPatch])[]): Promise<void> {
    const records = changes.map(([contact, patch]) => {
      const before = this.#records.get(contact);
      const record = patched(
        before ?? { ...UNKNOWN_CONTACT, account: this.account.record.id, contact },
        patch,
      );
      this.#records.set(contact, record);
      this.changed(this.account, record, before);
      return record;
    });
    return this.store.contacts.put(records);
  }

  remove(contacts: readonly ContactId[]): Promise<void> {
    for (const contact of contacts) this.#records.delete(contact);
    return this.store.contacts.remove(this.account.record.id, contacts);
  }
}

/** A picture shown is that of the avatar it was made from: another avatar, and it is none. */
function patched(before: ContactRecord, patch: ContactPatch): ContactRecord {
  const { written: wasWritten, ...old } = before;
  const { written = 'written' in patch ? undefined : wasWritten, ...changes } = patch;
  const stale = patch.avatar !== undefined && patch.avatar !== before.avatar;
  return { ...old, ...(stale && { photo: '' }), ...changes, ...(written && { written }) };
}

/** The books of a domain's accounts, read from the store when first needed. */
export class ContactBooks {
  readonly #books = new WeakMap<Account, Promise<ContactBook>>();
  readonly #loaded = new WeakMap<Account, ContactBook>();
  readonly #listeners: ContactListener[] = [];

  constructor(private readonly store: Pick<Store, 'contacts'>) {}

  /** Calls back with every change in any book from now on. */
  onChange(listener: ContactListener): void {
    this.#listeners.push(listener);
  }

  /** The book if it has been read. */
  loaded(account: Account): ContactBook | undefined {
    return this.#loaded.get(account);
  }

  /** Rejects with the store's error; the next call tries again. */
  of(account: Account): Promise<ContactBook> {
    const known = this.#books.get(account);
    if (known) return known;
    const reading = this.#read(account);
    this.#books.set(account, reading);
    reading.catch(() => this.#books.delete(account));
    return reading;
  }

  async #read(account: Account): Promise<ContactBook> {
    const records = await this.store.contacts.list(account.record.id);
    const book = new ContactBook(account, this.store, records, (...change) => {
      for (const listener of this.#listeners) listener(...change);
    });
    this.#loaded.set(account, book);
    return book;
  }
}
