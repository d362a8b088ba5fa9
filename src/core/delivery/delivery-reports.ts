import { GatewayError } from '../../gateway/error.js';
import type { DeliveryReport } from '../../gateway/event.js';
import type { AccountId } from '../../gateway/ids.js';
import type { MessageRecord, ReportedMessage } from '../../store/message-store.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { AuthorNotices } from './author-notices.js';

/** Reasons of failure remembered for reports that come before the network has told its ids; ends remembered. */
const REMEMBERED = 2_000;

/** What the network says of messages it had accepted: late, doubled, out of order, of parts. */
export class DeliveryReports {
  /** The last decision per message that is under way. */
  readonly #deciding = new Map<string, Promise<void>>();
  readonly #reasons = new BoundedMap<string, GatewayError>(REMEMBERED);
  /** Messages that have ended lately: what was read of them before that is out of date. */
  readonly #ended = new BoundedMap<string, true>(REMEMBERED);

  constructor(
    private readonly context: DomainContext,
    private readonly notices: AuthorNotices,
  ) {}

  /** Resolves when it is durable. Rejects with the store's error: the network should bring it again. */
  async take({ message, outcome, error }: DeliveryReport): Promise<void> {
    if (outcome === 'failed' && error) this.#reasons.set(message, error);
    const reported = await this.context.store.messages.report(this.context.options.domain, message, {
      outcome,
      detail: error ? JSON.stringify(error.text) : '',
      time: Date.now(),
    });
    if (reported) await this.decide(reported);
  }

  /** Ends a message on which the network has said enough. One decision at a time per message. */
  async decide(reported: ReportedMessage): Promise<void> {
    const { id } = reported.record;
    const before = this.#deciding.get(id);
    const deciding = before
      ? before.catch(() => undefined).then(() => this.#decide(reported, true))
      : this.#decide(reported, false);
    this.#deciding.set(id, deciding);
    try {
      await deciding;
    } finally {
      if (this.#deciding.get(id) === deciding) this.#deciding.delete(id);
    }
  }

  async #decide({ record: known, delivered, failed }: ReportedMessage, again: boolean): Promise<void> {
    const record = again ? await this.context.store.messages.byId(known.id) : known;
    // What has ended stays as it is: a late or repeated report changes nothing.
    if (!record || this.#ended.get(record.id) || record.direction !== 'out' || !OPEN.has(record.state))
      return;
    if (failed > 0) await this.#failed(record);
    else if (record.networkIds.length > 0 && delivered >= record.networkIds.length)
      await this.#delivered(record);
  }

  async #delivered(record: MessageRecord): Promise<void> {
    const { accounts, store } = this.context;
    // First the stanza, which is durable: if we end in between, the report comes again and the row is there already.
    if (record.receipt)
      await this.notices.delivered(await accounts.byId(record.account as AccountId), record);
    await store.messages.change(record.id, { state: 'delivered', changedAt: Date.now() });
    this.#ended.set(record.id, true);
  }

  async #failed(record: MessageRecord): Promise<void> {
    const { accounts, store } = this.context;
    const reason = record.networkIds.map((id) => this.#reasons.get(id)).find((error) => error !== undefined);
    const error = reason ?? new GatewayError('rejected', { key: 'delivery-refused-later' });
    await this.notices.ended(await accounts.byId(record.account as AccountId), record, 'failed', error);
    await store.messages.change(record.id, {
      state: 'failed',
      detail: JSON.stringify(error.text),
      changedAt: Date.now(),
    });
    this.#ended.set(record.id, true);
  }
}

/** States that a report may end. */
const OPEN: ReadonlySet<MessageRecord['state']> = new Set(['sending', 'sent', 'unknown']);
