import type { MessageChange } from '../../store/message-store.js';
import type { InboxRow } from '../../store/store.js';
import { parseStanza } from '../../xmpp/parse-stanza.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { steadyNow } from '../steady-clock.js';
import type { NoticeSpeaker } from './author-notices.js';
import type { Watched } from './bounce-watch.js';
import { timeOfId } from './conversation-queue.js';
import { withDelay } from './stanza-text.js';

/** Ends the id of a row that is held since it was returned; others are held for other reasons. */
export const RETURNED = '.returned';
/** The same, with how often that was, for all but the first time. */
const RETURNED_AGAIN = /(?:\.(\d+))?\.returned$/;

/** People of whom it is remembered when the user was last told that something of theirs was given up. */
const REMEMBERED = 5_000;
/** Within which, in milliseconds, he is not told it again: he may have blocked them on his server. */
const TELL_AGAIN_MS = 86_400_000;

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

/** The part of a watched message that matters here. */
type Returned = Pick<Watched, 'row' | 'kept'>;

/**
 * Messages that the user's server has returned, as servers without offline storage do when no client is there. Each
 * is sent again when a client has come, a few times (`delivery.resends`): the client may have been one that the server
 * only believed to be there (XEP-0198 §5). Then it is given up, so that a user who blocks a contact on his server causes
 * no endless cycle.
 */
export class HeldMessages {
  /** Rows held per account, once counted. */
  readonly #counts = new WeakMap<Account, number>();
  /** Rows that are being sent: another client that comes meanwhile does not get them twice. */
  readonly #sending = new Set<string>();

  /** When a user was last told that something of a person was given up, in steady milliseconds. */
  readonly #told = new BoundedMap<string, number>(REMEMBERED);

  constructor(
    private readonly context: DomainContext,
    private readonly speaker: NoticeSpeaker,
  ) {}

  /** Sets what was returned aside, or gives it up where that would not help. `forgotten`: the store has it no more. */
  async keep(
    account: Account,
    { row, kept }: Returned,
    condition: string,
    forgotten: boolean,
  ): Promise<void> {
    const { store, options } = this.context;
    const { resends, heldPerUser } = options.delivery;
    const times = timesReturned(row) + 1;
    const count = this.#counts.get(account) ?? (await this.#rows(account)).length;
    const full = times === 1 && count >= heldPerUser;
    const stays = account.registered && !FOR_GOOD.has(condition) && times <= resends && !full;
    const news = { detail: detailOf(condition), changedAt: Date.now() };
    if (stays) {
      this.#counts.set(account, count + 1);
      const stanza = withDelay(row.stanza, options.domain, timeOfId(row.id));
      const held = store.messages.hold([{ ...row, id: heldId(row, times), stanza }]);
      // In the same turn, and so in the same transaction.
      if (kept === 'held' && !forgotten) this.release(row);
      await held;
    } else if (kept === 'held' && !forgotten) this.release(row);
    await this.#change(row.id, stays ? news : { ...news, state: 'failed' });
    if (kept === 'inbox' && !forgotten) store.inbox.confirm([row.id]);
    if (!stays && times > 1 && account.registered) this.#tell(account, row);
  }

  /** What waits for the account, in order. From now on it is being sent. */
  async of(account: Account): Promise<readonly InboxRow[]> {
    if (this.#counts.get(account) === 0) return [];
    const rows = (await this.#rows(account)).filter(({ id }) => !this.#sending.has(id));
    this.#counts.set(account, 0);
    for (const { id } of rows) this.#sending.add(id);
    return rows;
  }

  /** It has been taken, given up, or is held under another id. */
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

  /** That it was given up, not what it said. */
  #tell(account: Account, row: InboxRow): void {
    const contact = parseStanza(row.stanza)?.attrs.from?.replace(/\/.*/, '') ?? '';
    const key = `${account.owner} ${contact}`;
    const now = steadyNow();
    if (contact === '' || now - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS) return;
    this.#told.set(key, now);
    this.speaker.notice(account, { key: 'message-given-up', args: { contact } });
  }

  /** The record of the message that a row is of, if it has one. */
  async #change(rowId: string, change: MessageChange): Promise<void> {
    const [id = ''] = rowId.split('.', 1);
    await this.context.store.messages.change(id, change);
  }
}

/** How often a row's message was returned before it was last sent. */
function timesReturned({ id }: InboxRow): number {
  const again = RETURNED_AGAIN.exec(id);
  return again ? Number(again[1] ?? 1) : 0;
}

function heldId({ id }: InboxRow, times: number): string {
  return `${id.replace(RETURNED_AGAIN, '')}${times > 1 ? `.${times}` : ''}${RETURNED}`;
}

function detailOf(condition: string): string {
  return JSON.stringify({ key: 'why-returned', args: { condition } });
}
