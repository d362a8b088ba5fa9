import type { InboxRow } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import { RETURNED } from '../delivery/held-messages.js';
import { type Incoming, inboxRows, incomingRecord, type StanzaKeeper } from '../delivery/incoming.js';
import { senderOf } from '../delivery/stanza-text.js';
import type { DomainContext } from '../domain.js';

/**
 * Messages of people who are muted, or whom the user has yet to let write to him: written down as they would have been
 * shown, and shown in their order when he wants them. Senders are named by the bare JID that their stanzas come from.
 */
export class WaitingMessages implements StanzaKeeper {
  /** Stanzas that wait, by sender; there once they have been counted. */
  readonly #counts = new WeakMap<Account, Map<string, number>>();
  readonly #counting = new WeakMap<Account, Promise<void>>();
  /** The end of what is done with each account's messages: showing them twice at once would show them twice. */
  readonly #tails = new WeakMap<Account, Promise<unknown>>();

  constructor(
    private readonly context: DomainContext,
    private readonly delivery: Pick<DurableDelivery, 'deliver'>,
  ) {}

  /** To be awaited once before an account's messages are counted. Rejects with the store's error. */
  counted(account: Account): Promise<void> {
    const running = this.#counting.get(account);
    if (running) return running;
    const counting = this.#count(account);
    this.#counting.set(account, counting);
    counting.catch(() => this.#counting.delete(account));
    return counting;
  }

  /** Stanzas of a sender that wait. */
  count(account: Account, sender: string): number {
    return this.#counts.get(account)?.get(sender) ?? 0;
  }

  /** Whether the user has as many as may wait for him. */
  isFull(account: Account): boolean {
    let total = 0;
    for (const count of this.#counts.get(account)?.values() ?? []) total += count;
    return total >= this.context.options.contacts.waitingPerUser;
  }

  /** How many stanzas of whom wait; who has waited longest comes first. */
  senders(account: Account): readonly { readonly sender: string; readonly count: number }[] {
    return [...(this.#counts.get(account) ?? [])].map(([sender, count]) => ({ sender, count }));
  }

  async deliver(account: Account, id: string, stanzas: readonly string[]): Promise<void> {
    const rows = inboxRows(this.context, account, id, stanzas);
    await this.context.store.messages.hold(rows);
    this.#counted(account, rows);
  }

  async accept(account: Account, incoming: Incoming, stanzas: readonly string[]): Promise<boolean> {
    const rows = inboxRows(this.context, account, incoming.id, stanzas);
    const record = incomingRecord(this.context, account, incoming, 'held');
    if (!(await this.context.store.messages.accept(record, rows))) return false;
    this.#counted(account, rows);
    return true;
  }

  /** Shows what waits of a sender; resolves with how many stanzas that were. */
  show(account: Account, sender: string): Promise<number> {
    return this.#settle(account, sender, 'received', async (row) => {
      if (this.context.sink.congested) await this.context.sink.drained();
      await this.delivery.deliver(account, row.id, [row.stanza]);
    });
  }

  /** Forgets what waits of a sender; resolves with how many stanzas that were. */
  discard(account: Account, sender: string): Promise<number> {
    return this.#settle(account, sender, 'dropped', () => undefined);
  }

  #settle(
    account: Account,
    sender: string,
    state: 'received' | 'dropped',
    settle: (row: InboxRow) => Promise<void> | undefined,
  ): Promise<number> {
    const tail = this.#tails.get(account) ?? Promise.resolve();
    const settled = tail.then(async () => {
      const rows = (await this.#rows(account)).filter(({ stanza }) => senderOf(stanza) === sender);
      for (const row of rows) {
        await settle(row);
        await this.context.store.messages.release(row.account, [row.id]);
        await this.context.store.messages.change(row.id, { state, changedAt: Date.now() });
      }
      this.#counts.get(account)?.delete(sender);
      return rows.length;
    });
    this.#tails.set(
      account,
      settled.catch(() => undefined),
    );
    return settled;
  }

  #counted(account: Account, rows: readonly InboxRow[]): void {
    const counts = this.#counts.get(account);
    for (const { stanza } of rows) add(counts, senderOf(stanza));
  }

  async #count(account: Account): Promise<void> {
    const counts = new Map<string, number>();
    for (const { stanza } of await this.#rows(account)) add(counts, senderOf(stanza));
    this.#counts.set(account, counts);
  }

  /** Without those that the user's server has returned, which wait for something else. */
  async #rows(account: Account): Promise<readonly InboxRow[]> {
    const rows = await this.context.store.messages.held(account.record.id);
    return rows.filter(({ id }) => !id.endsWith(RETURNED));
  }
}

function add(counts: Map<string, number> | undefined, sender: string): void {
  counts?.set(sender, (counts.get(sender) ?? 0) + 1);
}
