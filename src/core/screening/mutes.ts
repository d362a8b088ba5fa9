import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { Account } from '../account/account.js';
import type { ContactBook } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { WaitingMessages } from './waiting-messages.js';

/** A mute without an end, in UTC milliseconds: the end of the year 9999. */
export const FOREVER = 253_402_300_799_000;

/** Longest time that a timer is set for: system clocks are set, and timers take no more than 24 days. */
const LONGEST_TIMER_MS = 86_400_000;

/** Ends mutes when their time has come, and shows what has waited for that. */
export class Mutes {
  readonly #timers = new Map<Account, NodeJS.Timeout>();

  constructor(
    private readonly context: DomainContext,
    private readonly waiting: WaitingMessages,
  ) {}

  /** Ends what is over and waits for the next end. Never rejects. */
  async look(account: Account, book: ContactBook): Promise<void> {
    clearTimeout(this.#timers.get(account));
    this.#timers.delete(account);
    const now = Date.now();
    let next = FOREVER;
    try {
      for (const record of book.all()) {
        if (record.mutedUntil === 0) continue;
        if (record.mutedUntil <= now) await this.end(account, book, record);
        else next = Math.min(next, record.mutedUntil);
      }
    } catch (error) {
      this.context.log.warn({ err: error }, 'messages of people who were muted wait for another time');
    }
    if (next < FOREVER) this.#wait(account, book, next - now);
  }

  /** Unmutes: what has waited is shown first, in its order. Resolves with how many stanzas that were. */
  async end(account: Account, book: ContactBook, { contact }: ContactRecord): Promise<number> {
    const id = contact as ContactId;
    await this.waiting.counted(account);
    const sender = findJid(this.context, { kind: 'contact', id });
    const shown = sender === undefined ? 0 : await this.waiting.show(account, sender);
    await book.change(id, { mutedUntil: 0 });
    return shown;
  }

  /** Forgets an account. */
  forget(account: Account): void {
    clearTimeout(this.#timers.get(account));
    this.#timers.delete(account);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #wait(account: Account, book: ContactBook, ms: number): void {
    const timer = setTimeout(
      () => {
        if (this.context.accounts.active(account.owner) === account) void this.look(account, book);
        else this.#timers.delete(account);
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    timer.unref();
    this.#timers.set(account, timer);
  }
}
