import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { MessageChange, MessageState } from '../../store/message-store.js';
import type { DomainContext } from '../domain.js';
import type { AuthorNotices, BadEnd } from './author-notices.js';
import type { AccountQueue, Entry } from './conversation-queue.js';
import type { DeliveryReports } from './delivery-reports.js';
import { Settling } from './settling.js';

const BAD_ENDS: ReadonlySet<MessageState> = new Set<BadEnd>(['failed', 'unknown', 'expired', 'cancelled']);

/** How messages leave the outbox: written down, and told to their authors. */
export class MessageEnds {
  readonly #settling: Settling;

  constructor(
    private readonly context: DomainContext,
    private readonly notices: AuthorNotices,
    private readonly reports: DeliveryReports,
    /** Called when a message is over and written down. */
    private readonly settled: (queue: AccountQueue) => void,
  ) {
    this.#settling = new Settling(context);
  }

  /** The network has it, under these ids; resolves when that is written down. */
  accepted(queue: AccountQueue, { id }: Entry, addNetworkIds: readonly string[]): Promise<void> {
    return this.#settle(queue, async () => {
      // The entry goes last: a restart in between looks at reports that came before the ids.
      const reported = await this.#change(id, { state: 'sent', detail: '', addNetworkIds });
      for (const early of reported) await this.reports.decide(early);
      await this.#change(id, { outbox: 'done' });
    });
  }

  /**
   * It is over without having arrived. That is written down before the author is told, and the entry goes last: a
   * restart in between tells him again, and sends nothing that he was told is over.
   */
  async bad(queue: AccountQueue, { id }: Entry, state: BadEnd, error: unknown): Promise<void> {
    const detail = error instanceof GatewayError ? JSON.stringify(error.text) : '';
    await this.#settle(queue, async () => {
      if (queue.closed) return;
      await this.#change(id, { state, detail });
      await this.#tell(queue, id, error);
      await this.#change(id, { outbox: 'done' });
    });
  }

  /** The user took it back without wanting to hear of it. */
  async dropped(queue: AccountQueue, { id }: Entry): Promise<void> {
    await this.#settle(queue, async () => {
      await this.#change(id, { state: 'cancelled', outbox: 'done' });
    });
  }

  /** The last run wrote down what became of it, and may not have told it. */
  finish(queue: AccountQueue, { id }: Entry): void {
    void this.#settle(queue, async () => {
      const reported = await this.context.store.messages.reported(id);
      if (reported && isBad(reported.record.state))
        await this.#tell(queue, id, new GatewayError('rejected', textOf(reported.record.detail)));
      else if (reported) await this.reports.decide(reported);
      await this.#change(id, { outbox: 'done' });
    });
  }

  /** Resolves when all is written down, or could not be. */
  stop(): Promise<void> {
    return this.#settling.stop();
  }

  async #tell(queue: AccountQueue, id: string, error: unknown): Promise<void> {
    const record = await this.context.store.messages.byId(id);
    if (!record || !isBad(record.state)) return;
    const account = await this.context.accounts.byId(queue.account);
    await this.notices.ended(account, record, record.state, error);
  }

  #change(id: string, change: Omit<MessageChange, 'changedAt'>) {
    return this.context.store.messages.change(id, { ...change, changedAt: Date.now() });
  }

  #settle(queue: AccountQueue, work: () => Promise<void>): Promise<void> {
    return this.#settling.add(work, () => {
      queue.size -= 1;
      this.settled(queue);
    });
  }
}

function isBad(state: MessageState): state is BadEnd {
  return BAD_ENDS.has(state);
}

/** The reason as it was written down; nothing where there was none. */
function textOf(detail: string): Text {
  try {
    return JSON.parse(detail) as Text;
  } catch {
    return { key: 'plain', args: { text: '' } };
  }
}
