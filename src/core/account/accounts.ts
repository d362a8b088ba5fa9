import type { AccountId } from '../../gateway/ids.js';
import type { Store } from '../../store/store.js';
import { type Jid, parseJid } from '../../xmpp/jid.js';
import type { DomainOptions } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { Account } from './account.js';

/** Users known to have no account, so that strangers cost no look at the disk (S04). */
const REMEMBERED_STRANGERS = 20_000;

/** Accounts remembered to be erased, against rows that were read before that; the store gives no id twice. */
const REMEMBERED_ERASED = 2_000;

/** The accounts of one domain that are in memory, and the way to the others. */
export class Accounts {
  readonly #active = new Map<string, Account>();
  readonly #byId = new Map<AccountId, Account>();
  readonly #loading = new Map<string, Promise<Account | undefined>>();
  readonly #strangers = new BoundedMap<string, true>(REMEMBERED_STRANGERS);
  /** By owner; settles when the store has erased the account, or could not. */
  readonly #erasing = new Map<string, Promise<void>>();
  readonly #erased = new BoundedMap<number, true>(REMEMBERED_ERASED);

  constructor(
    readonly options: Pick<DomainOptions, 'domain' | 'language'>,
    readonly store: Store,
    /** Domain of relays: accounts of its addresses are theirs. */
    private readonly relays?: string,
  ) {}

  /** Whether a bare JID is one of the relays' own: they see to its account themselves. */
  ofRelays(owner: string): boolean {
    return this.relays !== undefined && owner.endsWith(`@${this.relays}`);
  }

  /** The account if it is in memory, and is not being erased. */
  active(owner: string): Account | undefined {
    return this.#active.get(owner);
  }

  /** Settles when the account that is being read has been read, or erased; undefined when none is. */
  pending(owner: string): Promise<unknown> | undefined {
    return this.#erasing.get(owner) ?? this.#loading.get(owner)?.catch(() => undefined);
  }

  /** False when the store has been asked lately and knew nobody. */
  mayExist(owner: string): boolean {
    return this.#strangers.get(owner) === undefined;
  }

  all(): IterableIterator<Account> {
    return this.#active.values();
  }

  /** The account, from memory or the store; undefined when the user has none. Rejects with the store's error. */
  find(owner: Jid): Promise<Account | undefined> {
    return this.#load(owner, () => this.store.accounts.find(this.options.domain, owner.bare));
  }

  /** The account of a row that was just read. */
  async byRecord(record: Account['record']): Promise<Account> {
    const owner = parseJid(record.owner);
    const account = await this.#load(owner, () => Promise.resolve(record));
    if (!account) throw new Error('the account vanished');
    return account;
  }

  /** As {@link findById}. @throws {Error} when there is none any more */
  async byId(id: AccountId): Promise<Account> {
    const account = await this.findById(id);
    if (!account) throw new Error('no such account');
    return account;
  }

  /** The account of this domain with that key; undefined when there is none any more. Rejects with the store's error. */
  async findById(id: AccountId): Promise<Account | undefined> {
    const active = this.#byId.get(id);
    if (active) return active;
    const record = await this.store.accounts.get(id);
    if (!record || record.domain !== this.options.domain) return undefined;
    return this.#load(parseJid(record.owner), () => Promise.resolve(record));
  }

  /** The account, made implicit when there is none. */
  async ensure(owner: Jid): Promise<Account> {
    const existing = this.#active.get(owner.bare);
    if (existing) return existing;
    await this.#loading.get(owner.bare);
    const account = await this.#load(owner, () =>
      this.store.accounts.ensure(this.options.domain, owner.bare),
    );
    if (!account) throw new Error('the store made no account');
    return account;
  }

  /** Writes through: memory changes when the store has it. */
  async update(account: Account, patch: Parameters<Store['accounts']['update']>[1]): Promise<void> {
    await this.store.accounts.update(account.record.id, patch);
    account.record = { ...account.record, ...patch };
    account.session?.configure(account.view());
  }

  /**
   * Erases for good. Whoever asks for the account meanwhile waits, or what is being erased would be read again and
   * live on without its row. Rejects with the store's error; the account is as before then.
   */
  async erase(account: Account): Promise<void> {
    const { owner } = account;
    const erasing = this.#eraseRow(account).finally(() => this.#erasing.delete(owner));
    this.#erasing.set(
      owner,
      erasing.catch(() => undefined),
    );
    await erasing;
  }

  /** Drops an account from memory that nothing refers to any more. */
  release(account: Account): void {
    if (account.idle && this.#active.get(account.owner) === account) this.#forget(account);
  }

  async #eraseRow(account: Account): Promise<void> {
    const { id } = account.record;
    const inMemory = this.#active.get(account.owner) === account;
    this.#forget(account);
    this.#erased.set(id, true);
    try {
      await this.store.accounts.erase(id);
      this.#strangers.set(account.owner, true);
    } catch (error) {
      this.#erased.delete(id);
      this.#strangers.delete(account.owner);
      if (inMemory) this.#remember(account);
      throw error;
    }
  }

  #remember(account: Account): void {
    this.#active.set(account.owner, account);
    this.#byId.set(account.record.id as AccountId, account);
  }

  #forget(account: Account): void {
    this.#active.delete(account.owner);
    this.#byId.delete(account.record.id as AccountId);
  }

  async #load(owner: Jid, fetch: () => Promise<Account['record'] | undefined>): Promise<Account | undefined> {
    const existing = this.#active.get(owner.bare);
    if (existing) return existing;
    const erasing = this.#erasing.get(owner.bare);
    if (erasing) {
      await erasing;
      return this.#load(owner, fetch);
    }
    const pending = this.#loading.get(owner.bare);
    if (pending) {
      const found = await pending;
      if (found) return found;
    }
    const loading = fetch().then((record) => {
      if (!record || this.#erased.get(record.id)) {
        this.#strangers.set(owner.bare, true);
        return undefined;
      }
      this.#strangers.delete(owner.bare);
      const raced = this.#active.get(owner.bare);
      if (raced) return raced;
      const account = new Account(record, owner.local, this.options.language, this.ofRelays(owner.bare));
      this.#remember(account);
      return account;
    });
    this.#loading.set(owner.bare, loading);
    try {
      return await loading;
    } finally {
      if (this.#loading.get(owner.bare) === loading) this.#loading.delete(owner.bare);
    }
  }
}
