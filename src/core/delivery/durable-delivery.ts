import type { AccountId } from '../../gateway/ids.js';
import type { InboxRow, RoomTrace } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { NoticeSpeaker } from './author-notices.js';
import { BounceWatch, type Watched } from './bounce-watch.js';
import { HeldMessages } from './held-messages.js';
import { type Incoming, inboxRows, incomingRecord } from './incoming.js';
import { addressOf } from './stanza-text.js';

/**
 * Stanzas that must not be lost: written down before the network is told that we have them, sent, and
 * forgotten when the server has proved that it read them (docs/architecture.md, Delivery to the server). While none
 * of the user's clients is there they are kept a while longer, since his server may return them (held-messages.ts).
 */
export class DurableDelivery {
  readonly #watch: BounceWatch;
  readonly #held: HeldMessages;

  constructor(
    private readonly context: DomainContext,
    speaker: NoticeSpeaker,
  ) {
    this.#watch = new BounceWatch(
      () => context.options.delivery,
      (watched) => this.#forget(watched),
    );
    this.#held = new HeldMessages(context, speaker);
  }

  /**
   * Resolves when the stanzas are safe: written down or, while the store cannot write, read by the server.
   * Rejects when neither is so before the stop, or when the network stores messages: it will bring them again.
   */
  async deliver(account: Account, id: string, stanzas: readonly string[]): Promise<void> {
    const rows = inboxRows(this.context, account, id, stanzas);
    try {
      await Promise.all(rows.map((row) => this.context.store.inbox.append(row)));
    } catch (error) {
      await this.#deliverLive(rows, error);
      return;
    }
    for (const row of rows) this.#send(row, account);
  }

  /**
   * As {@link deliver}, for a message that replies, edits and reports may name later: its ids are written down with
   * the stanzas. False, and nothing is sent, when the account has the message already (F08).
   */
  async accept(account: Account, incoming: Incoming, stanzas: readonly string[]): Promise<boolean> {
    const rows = inboxRows(this.context, account, incoming.id, stanzas);
    let isNew: boolean;
    try {
      const record = incomingRecord(this.context, account, incoming, 'received');
      isNew = await this.context.store.messages.accept(record, rows);
    } catch (error) {
      await this.#deliverLive(rows, error);
      return true;
    }
    if (isNew) for (const row of rows) this.#send(row, account);
    return isNew;
  }

  /**
   * As {@link accept}, for a message in a room of the account's own, with what it leaves there; `rows` is what is to be
   * sent besides. Rejects with the store's error.
   */
  async acceptInRoom(
    account: Account,
    incoming: Incoming,
    rows: readonly InboxRow[],
    trace: RoomTrace,
  ): Promise<boolean> {
    const record = incomingRecord(this.context, account, incoming, 'received');
    if (!(await this.context.store.messages.accept(record, rows, trace))) return false;
    for (const row of rows) this.#send(row, account);
    return true;
  }

  /** After a start: what the last run accepted and did not see confirmed, with the same ids. */
  async resume(): Promise<number> {
    const rows = await this.context.store.inbox.pending(this.context.options.domain);
    for (const row of rows) {
      if (this.context.sink.congested) await this.context.sink.drained();
      this.#send(row, undefined);
    }
    return rows.length;
  }

  /** The user's server has returned a stanza to one of our people: it is kept until a client comes (S15, L01). */
  bounced(account: Account, stanzaId: string, condition: string): void {
    const watched = this.#watch.returned(account.owner, stanzaId);
    if (!watched) return;
    const { forgotten } = watched;
    watched.forgotten = true;
    this.#held
      .keep(account, watched, condition, forgotten)
      // A client has come while it was on its way back: nobody else would send it to that one.
      .then(() => (account.arrivals === watched.arrivals ? undefined : this.back(account)))
      .catch((error: unknown) => {
        // A row that is still there is sent again at the next start.
        this.context.log.warn({ err: error }, 'a message that was returned could not be set aside');
      });
  }

  /**
   * A server has returned what it was to send in a user's name: he gets what `copyOf` makes of it instead, under the
   * same id (J02). Never rejects.
   */
  async refused(
    domain: string,
    stanzaId: string,
    copyOf: (account: Account, stanza: string) => string | undefined,
  ): Promise<void> {
    const watched = this.#watch.returned(domain, stanzaId);
    if (!watched) return;
    const { row, forgotten } = watched;
    watched.forgotten = true;
    const { accounts, store, log } = this.context;
    try {
      const account = await accounts.byId(row.account as AccountId);
      const copy = copyOf(account, row.stanza);
      if (copy !== undefined) await this.deliver(account, `${row.id}.copy`, [copy]);
      if (!forgotten) store.inbox.confirm([row.id]);
    } catch (error) {
      log.warn({ err: error }, 'what a server refused to send for a user could not be shown otherwise');
    }
  }

  /** The first client of the user is there: what his server had returned is sent again. */
  async back(account: Account): Promise<void> {
    try {
      for (const row of await this.#held.of(account)) {
        if (this.context.sink.congested) await this.context.sink.drained();
        this.#sendWatched(row, account, 'held');
      }
    } catch (error) {
      this.context.log.warn({ err: error }, 'messages that were set aside wait for another time');
    }
  }

  /** Orderly stop. */
  stop(): void {
    this.#watch.stop();
  }

  /**
   * The store tells the operator of its trouble. A network that hands on what is said now never says it again, so it
   * goes out at once.
   */
  async #deliverLive(rows: readonly InboxRow[], error: unknown): Promise<void> {
    if (this.context.gateway.messaging === 'stored') throw error;
    for (const { stanza } of rows) this.context.sink.send(stanza);
    await this.context.sink.whenConfirmed();
  }

  #send(row: InboxRow, account: Account | undefined): void {
    this.#sendWatched(row, account, 'inbox');
  }

  /** `account`: undefined after a start, when nobody is known to be there. */
  #sendWatched(row: InboxRow, account: Account | undefined, kept: Watched['kept']): void {
    const arrivals = account?.arrivals ?? 0;
    const state = { until: undefined, keptUntil: 0, forgotten: false, evicted: false };
    const watched: Watched = { row, kept, arrivals, ...state };
    const { to, id } = addressOf(row.stanza);
    // What goes to one client is only of use to that one.
    const returnable = id !== '' && !to.includes('/');
    if (returnable) this.#watch.add(to, id, watched);
    this.context.sink.send(row.stanza);
    this.context.sink.whenConfirmed().then(
      () => {
        if (returnable) this.#watch.read(watched);
        if (!returnable || (account && account.resources.size > 0)) this.#forget(watched);
      },
      // Not confirmed before the stop: the row stays and is sent at the next start.
      () => undefined,
    );
  }

  #forget(watched: Watched): void {
    if (watched.forgotten) return;
    watched.forgotten = true;
    const { row, kept } = watched;
    if (kept === 'inbox') this.context.store.inbox.confirm([row.id]);
    else this.#held.release(row);
  }
}
