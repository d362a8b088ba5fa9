import type { Store } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/** The core's own buckets among the states of networks. */
const NOTES = 'core:bookmarks';
const OFF = 'core:bookmarks-off';
/** Notes read at a time. */
const PAGE = 500;

/** What is known of the bookmark of one room. */
export interface BookmarkNote {
  /** The gateway has made it, under this name; empty: the user has, or he has changed or removed ours. */
  readonly name: string;
}

/** Which bookmarks the gateway has made for whom: what the user does to them afterwards is his (J06). */
export class BookmarkNotes {
  constructor(
    private readonly context: Pick<DomainContext, 'options'> & { readonly store: Pick<Store, 'states'> },
  ) {}

  /** By bare JID of the room. Rejects with the store's error, as all of this. */
  async of(account: Account): Promise<Map<string, BookmarkNote>> {
    const { store, options } = this.context;
    const prefix = prefixOf(account);
    const notes = new Map<string, BookmarkNote>();
    for (let after = prefix; ; ) {
      const page = await store.states.list(options.domain, NOTES, after, PAGE);
      for (const { key, value } of page) {
        if (!key.startsWith(prefix)) return notes;
        after = key;
        notes.set(key.slice(prefix.length), { name: JSON.parse(value) as string });
      }
      if (page.length < PAGE) return notes;
    }
  }

  async set(account: Account, jid: string, { name }: BookmarkNote): Promise<void> {
    const row = { key: prefixOf(account) + jid, value: JSON.stringify(name), account: account.record.id };
    await this.context.store.states.put(this.context.options.domain, NOTES, row);
  }

  async delete(account: Account, jid: string): Promise<void> {
    await this.context.store.states.delete(this.context.options.domain, NOTES, prefixOf(account) + jid);
  }

  /** Whether the user wants bookmarks; he does unless he has said otherwise. */
  async wanted(account: Account): Promise<boolean> {
    return !(await this.context.store.states.get(this.context.options.domain, OFF, account.owner));
  }

  async want(account: Account, wanted: boolean): Promise<void> {
    const { store, options } = this.context;
    if (wanted) await store.states.delete(options.domain, OFF, account.owner);
    else
      await store.states.put(options.domain, OFF, {
        ...{ key: account.owner, value: 'true', account: account.record.id },
      });
  }
}

function prefixOf({ record }: Account): string {
  return `${record.id} `;
}
