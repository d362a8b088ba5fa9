import type { DomainContext } from '../domain.js';
import type { AccountQueue, Conversation, Entry, Payload } from './conversation-queue.js';

/** Payloads of one conversation that are read ahead. */
const AHEAD = 32;

/** The words of messages in the outbox: a bounded number in memory, the others are read when their turn comes. */
export class Payloads {
  #count = 0;

  constructor(private readonly context: Pick<DomainContext, 'options' | 'store'>) {}

  keep(entry: Entry, payload: Payload): void {
    if (entry.payload === undefined) this.#count += 1;
    entry.payload = payload;
  }

  release(entry: Entry): void {
    if (entry.payload === undefined) return;
    entry.payload = undefined;
    this.#count -= 1;
  }

  /** After a commit: what is not sent soon need not be in memory. */
  thin({ entries, pausedUntil }: Conversation, entry: Entry): void {
    const soon = entries[0] === entry || (pausedUntil === undefined && this.#room);
    if (!soon) this.release(entry);
  }

  /** During a pause. */
  thinAll({ entries }: Conversation): void {
    for (const entry of entries) if (!entry.committing) this.release(entry);
  }

  /** The payload of a message whose turn it is; undefined when the store has it no more. */
  async of(queue: AccountQueue, entry: Entry): Promise<Payload | undefined> {
    if (entry.payload) return entry.payload;
    // A reading under way may have begun before its turn: only the next one is certain to bring it.
    await this.#load(queue);
    if (!entry.payload) await this.#load(queue);
    return entry.payload;
  }

  get #room(): boolean {
    return this.#count < this.context.options.delivery.loadedMessages;
  }

  #load(queue: AccountQueue): Promise<void> {
    queue.loading ??= this.#read(queue).finally(() => {
      queue.loading = undefined;
    });
    return queue.loading;
  }

  async #read(queue: AccountQueue): Promise<void> {
    const rows = await this.context.store.messages.waiting(queue.account);
    const payloads = new Map(rows.map((row) => [row.id, row.payload]));
    for (const { entries, run } of queue.conversations.values()) {
      if (!run) continue;
      for (const [index, entry] of entries.slice(0, AHEAD).entries()) {
        const payload = payloads.get(entry.id);
        if (payload === undefined || entry.payload || (index > 0 && !this.#room)) continue;
        this.keep(entry, JSON.parse(payload) as Payload);
      }
    }
  }
}
