import type { Store } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/** The core's own bucket among the states of networks. */
const BUCKET = 'core:contacts-shown';
/** Entries read at a time after a start. */
const PAGE = 500;

/**
 * Which users have been shown contacts as available. After a crash nobody has told them otherwise: what they see is
 * corrected at their first login (D07). One write when the first contact is shown, one when all are gone.
 */
export class ShownContacts {
  readonly #shown = new WeakSet<Account>();
  /** Users whom the last run left with contacts shown. */
  readonly #stale = new Set<string>();

  constructor(
    private readonly context: Pick<DomainContext, 'options' | 'log'> & {
      readonly store: Pick<Store, 'states'>;
    },
  ) {}

  /** After a start: what the last run left. */
  async read(): Promise<void> {
    const { store, options } = this.context;
    for (let after = ''; ; ) {
      const page = await store.states.list(options.domain, BUCKET, after, PAGE);
      for (const { key } of page) {
        this.#stale.add(key);
        after = key;
      }
      if (page.length < PAGE) return;
    }
  }

  /** Whether the last run left the user with contacts shown; true once. */
  takeStale(account: Account): boolean {
    return this.#stale.delete(account.owner);
  }

  /** A contact is shown as available. */
  shown(account: Account): void {
    if (this.#shown.has(account)) return;
    this.#shown.add(account);
    const { store, options } = this.context;
    void this.#note(
      store.states.put(options.domain, BUCKET, {
        key: account.owner,
        value: '{}',
        account: account.record.id,
      }),
    );
  }

  /** All of the user's contacts have been told to be gone. */
  async gone(account: Account): Promise<void> {
    if (!this.#shown.delete(account)) return;
    await this.#note(this.context.store.states.delete(this.context.options.domain, BUCKET, account.owner));
  }

  /** A failure costs no more than a correction too few or too many after a crash. */
  async #note(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      this.context.log.warn({ err: error }, 'it could not be noted whose contacts are shown');
    }
  }
}
