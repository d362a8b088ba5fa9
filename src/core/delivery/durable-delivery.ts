import type { ContactId, NetworkMessageId } from '../../gateway/ids.js';
import type { InboxRow } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/** A message of a person, or of the user himself elsewhere, as the map of ids keeps it. */
export interface Incoming {
  /** UUIDv7: id of the message, and of the first of its stanzas. */
  readonly id: string;
  readonly contact: ContactId;
  /** The network's ids of it; equal ids are one message. */
  readonly networkIds: readonly NetworkMessageId[];
  readonly direction: 'in' | 'own';
  /** Ids of its stanzas where it needs several, `id` first. */
  readonly xmppIds?: readonly string[];
}

/**
 * Stanzas that must not be lost: written down before the network is told that we have them, sent, and
 * forgotten when the server has proved that it read them (docs/architecture.md, Delivery to the server).
 */
export class DurableDelivery {
  constructor(private readonly context: DomainContext) {}

  /**
   * Resolves when the stanzas are safe: written down or, while the store cannot write, read by the server.
   * Rejects when neither is so before the stop: a network that keeps messages will bring them again.
   */
  async deliver(account: Account, id: string, stanzas: readonly string[]): Promise<void> {
    const rows = this.#rows(account, id, stanzas);
    try {
      await Promise.all(rows.map((row) => this.context.store.inbox.append(row)));
    } catch {
      // The store tells the operator of its trouble. Many networks never bring a message again, so it goes out now.
      for (const row of rows) this.#send(row.id, row.stanza);
      await this.context.sink.whenConfirmed();
      return;
    }
    for (const row of rows) this.#send(row.id, row.stanza);
  }

  /**
   * As {@link deliver}, for a message that replies, edits and reports may name later: its ids are written down with
   * the stanzas. False, and nothing is sent, when the account has the message already (F08). Rejects when it could
   * not be written down: the network should bring it again.
   */
  async accept(account: Account, incoming: Incoming, stanzas: readonly string[]): Promise<boolean> {
    const { id, contact, networkIds, direction, xmppIds = [id] } = incoming;
    const { store, options } = this.context;
    const now = Date.now();
    const rows = this.#rows(account, id, stanzas);
    const isNew = await store.messages.accept(
      {
        id,
        account: account.record.id,
        domain: options.domain,
        contact,
        direction,
        xmppIds,
        networkIds,
        author: '',
        receipt: false,
        state: 'received',
        detail: '',
        createdAt: now,
        changedAt: now,
      },
      rows,
    );
    if (isNew) for (const row of rows) this.#send(row.id, row.stanza);
    return isNew;
  }

  /** After a start: what the last run accepted and did not see confirmed, with the same ids. */
  async resume(): Promise<number> {
    const rows = await this.context.store.inbox.pending(this.context.options.domain);
    for (const row of rows) {
      if (this.context.sink.congested) await this.context.sink.drained();
      this.#send(row.id, row.stanza);
    }
    return rows.length;
  }

  #rows(account: Account, id: string, stanzas: readonly string[]): readonly InboxRow[] {
    return stanzas.map((stanza, index) => ({
      id: index === 0 ? id : `${id}.${index}`,
      account: account.record.id,
      domain: this.context.options.domain,
      stanza,
    }));
  }

  #send(id: string, stanza: string): void {
    this.context.sink.send(stanza);
    this.context.sink.whenConfirmed().then(
      () => this.context.store.inbox.confirm([id]),
      // Not confirmed before the stop: the row stays and is sent at the next start.
      () => undefined,
    );
  }
}
