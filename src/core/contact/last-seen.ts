import type { ContactPresence } from '../../gateway/contact.js';
import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { ContactBooks } from './contact-book.js';
import type { ContactPresences } from './contact-presences.js';

/** How long departures are gathered before they are written, in milliseconds. */
const GATHER_MS = 10_000;
/** Departures gathered at most before they are written at once. */
const GATHERED_MAX = 1_000;

/** When contacts were last there: written when they go and when the gateway stops, many at a time. */
export class LastSeen {
  #gathered = new Map<Account, Map<ContactId, number>>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: Pick<DomainContext, 'log'>,
    private readonly books: ContactBooks,
    private readonly presences: ContactPresences,
  ) {}

  /** The network says how it is with a contact; to be called before {@link ContactPresences.note}. */
  note(account: Account, { contact }: ContactRecord, presence: ContactPresence): void {
    const id = contact as ContactId;
    if (presence.show !== 'offline') return;
    const before = this.presences.current(account, id);
    const was = before !== undefined && before.show !== 'offline';
    const time = presence.lastSeen ?? (was ? Date.now() : undefined);
    if (time !== undefined) this.#gather(account, id, time);
  }

  /** The session ends: whoever is there has been seen just now. */
  ended(account: Account): void {
    const now = Date.now();
    for (const contact of this.presences.present(account)) this.#gather(account, contact, now);
  }

  /** UTC milliseconds; 0: unknown. */
  of(account: Account, record: ContactRecord): number {
    return this.#gathered.get(account)?.get(record.contact as ContactId) ?? record.lastSeen;
  }

  /** Forgets an account that is erased. */
  forget(account: Account): void {
    this.#count -= this.#gathered.get(account)?.size ?? 0;
    this.#gathered.delete(account);
  }

  /** Writes what is gathered. Resolves when the store has it; never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gathered = this.#gathered;
    this.#gathered = new Map();
    this.#count = 0;
    await Promise.all(
      [...gathered].map(async ([account, times]) => {
        const book = this.books.loaded(account);
        const known = [...times].filter(([contact]) => book?.get(contact));
        try {
          await book?.changeAll(known.map(([contact, lastSeen]) => [contact, { lastSeen }]));
        } catch (error) {
          this.context.log.warn({ err: error }, 'when contacts were last seen could not be written');
        }
      }),
    );
  }

  #gather(account: Account, contact: ContactId, time: number): void {
    let times = this.#gathered.get(account);
    if (!times) {
      times = new Map();
      this.#gathered.set(account, times);
    }
    if (!times.has(contact)) this.#count += 1;
    times.set(contact, time);
    if (this.#count >= GATHERED_MAX) void this.flush();
    else if (!this.#timer) {
      this.#timer = setTimeout(() => void this.flush(), GATHER_MS);
      this.#timer.unref();
    }
  }
}
