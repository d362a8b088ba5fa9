import type { MessageChange } from '../../store/message-store.js';
import type { InboxRow } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { timeOfId } from './conversation-queue.js';
import { withDelay } from './stanza-text.js';

/** Ends the id of a row that is held since it was returned; others are held for other reasons. */
export const RETURNED = '.returned';

/** Conditions after which the same stanza can never be taken (RFC 6120 §8.3.3). */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'bad-request',
  'gone',
  'item-not-found',
  'jid-malformed',
  'not-acceptable',
  'policy-violation',
  'redirect',
]);

/**
 * Messages that the user's server has returned, as servers without offline storage do when no client is there. Each
 * is sent once more, when a client has come; returned again it is given up, so that a user who blocks a contact on his
 * server causes no endless cycle.
 */
export class HeldMessages {
  /** Rows held per account, once counted. */
  readonly #counts = new WeakMap<Account, number>();
  /** Rows that are being sent: another client that comes meanwhile does not get them twice. */
  readonly #sending = new Set<string>();

  constructor(private readonly context: DomainContext) {}

  /** Sets a returned row aside, or gives it up where it would not help. */
  async keep(account: Account, row: InboxRow, condition: string, confirmed: boolean): Promise<void> {
    const { store, options } = this.context;
    const count = this.#counts.get(account) ?? (await this.#rows(account)).length;
    if (!account.registered || FOR_GOOD.has(condition) || count >= options.delivery.heldPerUser) {
      await this.#change(row.id, { state: 'failed', detail: detailOf(condition), changedAt: Date.now() });
    } else {
      this.#counts.set(account, count + 1);
      const stanza = withDelay(row.stanza, options.domain, timeOfId(row.id));
      await store.messages.hold([{ ...row, id: `${row.id}${RETURNED}`, stanza }]);
      await this.#change(row.id, { detail: detailOf(condition), changedAt: Date.now() });
    }
    if (!confirmed) store.inbox.confirm([row.id]);
  }

  /** What waits for the account, in order. From now on it is being sent. */
  async of(account: Account): Promise<readonly InboxRow[]> {
    if (this.#counts.get(account) === 0) return [];
    const rows = (await this.#rows(account)).filter(({ id }) => !this.#sending.has(id));
    this.#counts.set(account, 0);
    for (const { id } of rows) this.#sending.add(id);
    return rows;
  }

  /** Returned for the second time. */
  async giveUp(row: InboxRow, condition: string): Promise<void> {
    this.release(row);
    await this.#change(row.id, { state: 'failed', detail: detailOf(condition), changedAt: Date.now() });
  }

  /** It has been taken, or given up. */
  release(row: InboxRow): void {
    this.context.store.messages.release(row.account, [row.id]).then(
      () => this.#sending.delete(row.id),
      (error: unknown) => {
        this.#sending.delete(row.id);
        this.context.log.warn({ err: error }, 'a message that was set aside may be shown twice');
      },
    );
  }

  async #rows(account: Account): Promise<readonly InboxRow[]> {
    const rows = await this.context.store.messages.held(account.record.id);
    return rows.filter(({ id }) => id.endsWith(RETURNED));
  }

  /** The record of the message that a row is of, if it has one. */
  async #change(rowId: string, change: MessageChange): Promise<void> {
    const [id = ''] = rowId.split('.', 1);
    await this.context.store.messages.change(id, change);
  }
}

function detailOf(condition: string): string {
  return JSON.stringify({ key: 'why-returned', args: { condition } });
}
