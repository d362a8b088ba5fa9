import { GatewayError } from '../../gateway/error.js';
import type { AccountId } from '../../gateway/ids.js';
import type { QueuedEntry } from '../../store/message-store.js';
import type { DomainContext } from '../domain.js';
import { steadyNow } from '../steady-clock.js';
import type { AccountQueue, Entry } from './conversation-queue.js';
import type { MessageEnds } from './message-ends.js';
import { peerOf } from './peer.js';

/** Entries read at a time. */
const PAGE = 500;

/** Brings what an earlier run has left in the outbox back into the queues. */
export class Recall {
  /** Up to here all entries have been read. */
  #reached = '';

  constructor(
    private readonly context: DomainContext,
    private readonly ends: MessageEnds,
    private readonly queue: (account: AccountId) => AccountQueue,
  ) {}

  /** Everybody's; after a failure it goes on where it was. Rejects with the store's error. */
  async all(): Promise<void> {
    await this.#read(this.#reached, (row) => {
      this.#take(row);
      this.#reached = row.id;
    });
  }

  /** Those of one account. Rejects with the store's error. */
  async one(account: AccountId): Promise<void> {
    await this.#read('', (row) => {
      if (row.account === account) this.#take(row);
    });
  }

  async #read(from: string, take: (row: QueuedEntry) => void): Promise<void> {
    const { store, options } = this.context;
    for (let after = from; ; ) {
      const page = await store.messages.outbox(options.domain, after, PAGE);
      for (const row of page) {
        after = row.id;
        take(row);
      }
      if (page.length < PAGE) return;
    }
  }

  #take(row: QueuedEntry): void {
    const queue = this.queue(row.account as AccountId);
    const { state } = row;
    const sending = state === 'sending';
    const now = steadyNow();
    const utc = Date.now();
    const entry: Entry = {
      id: row.id,
      expiresAt: row.expiresAt,
      deadline: now + row.expiresAt - utc,
      recalled: true,
      attempts: row.attempts,
      state: sending ? 'sending' : 'waiting',
      maybeSent: sending,
      taken: false,
      payload: undefined,
      committing: undefined,
    };
    queue.size += 1;
    if (sending && !this.context.gateway.repeatable) {
      const cutOff = new GatewayError('network-unreachable', { key: 'delivery-cut-off' }, 'unknown');
      void this.ends.bad(queue, entry, 'unknown', cutOff);
      return;
    }
    if (state !== 'waiting' && !sending) {
      // Its end was written down, perhaps not yet told.
      this.ends.finish(queue, entry);
      return;
    }
    const conversation = queue.conversation(peerOf(row));
    conversation.entries.push(entry);
    conversation.told = true; // in the last run
    const { retryFirstMs, retryMaxMs } = this.context.options.delivery;
    // Spread, and never longer than a pause is, whatever the clock says.
    const due = Math.min(retryMaxMs, Math.max(Math.random() * retryFirstMs, row.nextAt - utc));
    conversation.pausedUntil ??= now + due;
  }
}
