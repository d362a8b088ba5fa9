import { GatewayError } from '../../gateway/error.js';
import type { DeliveryReport } from '../../gateway/event.js';
import type { AccountId } from '../../gateway/ids.js';
import type { ReportedMessage } from '../../store/message-store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { steadyNow } from '../steady-clock.js';
import { isConnected } from './attempt.js';
import { AccountQueue, type Conversation, type Entry, type Payload, timeOfId } from './conversation-queue.js';
import { ConversationWorker, type OutboxParts } from './conversation-worker.js';
import { DeliveryReports } from './delivery-reports.js';
import { gather, gatheringMs, waitsUntil } from './gathering.js';
import { MessageEnds } from './message-ends.js';
import type { Outgoing, QueuedMessage } from './outgoing.js';
import { Payloads } from './payloads.js';
import { type Peer, peerName } from './peer.js';
import { Recall } from './recall.js';
import { newEntry, submission } from './submission.js';

/** Milliseconds after a try before which a reconnect does not bring the next: a session may lose it at every try. */
const WAKE_GAP_MS = 1_000;

/**
 * Messages of users to people, and in rooms, of a network that stores and forwards. One conversation is one queue
 * that waits for no other. A message is handed to the network only when the store says that it is being sent, and what
 * the network may have is sent again only where the network takes a key against doubles.
 *
 * Pauses are measured by the steady clock. A message expires when the steady clock and UTC both say so: setting the
 * clock of a running gateway expires nothing, time in which the gateway was off counts, and after a start there is a
 * while (`overdueGraceMs`) for a wrong clock to be set.
 */
export class Outbox {
  readonly #queues = new Map<AccountId, AccountQueue>();
  readonly #removed = new WeakSet<Account>();
  readonly #reports: DeliveryReports;
  readonly #payloads: Payloads;
  readonly #ends: MessageEnds;
  readonly #worker: ConversationWorker;
  readonly #recall: Recall;
  #restoring: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly context: DomainContext,
    private readonly parts: OutboxParts,
  ) {
    this.#payloads = new Payloads(context);
    this.#reports = new DeliveryReports(context, parts.notices);
    this.#ends = new MessageEnds(context, parts.notices, this.#reports, (queue) =>
      this.#tidy(queue, undefined),
    );
    this.#worker = new ConversationWorker(context, parts, this.#payloads, this.#ends, (queue, conversation) =>
      this.#tidy(queue, conversation),
    );
    this.#recall = new Recall(context, this.#ends, (account) => this.#queue(account));
  }

  /**
   * Takes a message of the user; resolves when it is committed. What becomes of it is told to its author. Rejects
   * with the store's error when it could not be, or with GatewayError `limit` when too many of the user's wait.
   */
  async submit(account: Account, outgoing: Outgoing): Promise<void> {
    await this.restored();
    if (this.#stopped || this.#removed.has(account))
      throw new GatewayError('network-unreachable', { key: 'delivery-stopping' }, 'not-sent', true);
    const queue = this.#queue(account.record.id as AccountId);
    const most = this.context.options.delivery.waitingPerUser;
    if (queue.size >= most) throw new GatewayError('limit', { key: 'delivery-full', args: { count: most } });
    const conversation = queue.conversation(outgoing.peer);
    // Handed over as soon as it is committed: one write instead of two.
    const pause = this.#gather(account, conversation);
    const alone = pause === 0 && conversation.entries.length === 0;
    const direct = alone && isConnected(this.parts.sessions.get(account));
    const entry = this.#enter(queue, conversation, outgoing, direct);
    const committed = this.#commit(account, outgoing, entry);
    entry.committing = committed.then(
      () => true,
      () => false,
    );
    if (pause === 0) this.#worker.proceed(queue, conversation);
    else this.#worker.wake(queue);
    try {
      await committed;
    } catch (error) {
      queue.drop(conversation, entry);
      this.#payloads.release(entry);
      queue.size -= 1;
      this.#tidy(queue, conversation);
      throw error;
    }
    entry.committing = undefined;
    this.#payloads.thin(conversation, entry);
  }

  /**
   * Takes a message back that waits; false when there is none, or the network has it or may have it. Durable when the
   * promise resolves. With `telling` the client that wrote it is shown that it was not sent.
   */
  async cancel(account: Account, id: string, telling = false): Promise<boolean> {
    await this.restored();
    const queue = this.#queues.get(account.record.id as AccountId);
    const found = queue?.find(id);
    if (!queue || !found || found.entry.taken || found.entry.state !== 'waiting') return false;
    const { conversation, entry } = found;
    if (entry.committing && !(await entry.committing)) return false;
    if (entry.taken || entry.state !== 'waiting' || !queue.drop(conversation, entry)) return false;
    this.#payloads.release(entry);
    const reason = new GatewayError('rejected', { key: 'delivery-cancelled-reason' });
    if (telling) await this.#ends.bad(queue, entry, 'cancelled', reason);
    else await this.#ends.dropped(queue, entry);
    return true;
  }

  /**
   * Other words for a message that waits, in its place; false when there is none, or the network has it or may have
   * it. Durable when the promise resolves. Rejects with the store's error: then the old words may go out.
   */
  async replace(
    account: Account,
    id: string,
    outgoing: Pick<Outgoing, 'message' | 'files' | 'xmppIds'>,
  ): Promise<boolean> {
    await this.restored();
    const queue = this.#queues.get(account.record.id as AccountId);
    const found = queue?.find(id);
    if (!queue || !found) return false;
    const { conversation, entry } = found;
    if (entry.committing && !(await entry.committing)) return false;
    if (entry.taken || entry.state !== 'waiting' || !conversation.entries.includes(entry)) return false;
    // Nobody sends it while its words change.
    entry.taken = true;
    try {
      const { message, files, xmppIds } = outgoing;
      const payload: Payload = { message, files };
      await this.context.store.messages.change(id, {
        addXmppIds: xmppIds,
        changedAt: Date.now(),
        outbox: { payload: JSON.stringify(payload) },
      });
      this.#payloads.release(entry);
    } finally {
      entry.taken = false;
    }
    this.#gather(account, conversation);
    this.#worker.wake(queue);
    return true;
  }

  /** What waits or is being sent, oldest first. */
  async list(account: Account): Promise<readonly QueuedMessage[]> {
    await this.restored();
    const conversations = this.#queues.get(account.record.id as AccountId)?.conversations.values() ?? [];
    const ahead = Date.now() - steadyNow();
    return [...conversations]
      .flatMap((conversation) =>
        conversation.entries.map((entry, index) => ({
          id: entry.id,
          peer: conversation.peer,
          since: timeOfId(entry.id),
          nextTry: index === 0 ? moment(waitsUntil(conversation), ahead) : undefined,
          sending: entry.taken || entry.state === 'sending',
        })),
      )
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Takes the network's word on a message that it had accepted; resolves when that is durable. */
  report(report: DeliveryReport): Promise<void> {
    return this.#reports.take(report);
  }

  /** Resolves when nothing is being sent there: what the network has taken is known by its ids then. */
  async settled(account: Account, peer: Peer): Promise<void> {
    await this.#queues.get(account.record.id as AccountId)?.conversations.get(peerName(peer))?.run;
  }

  /** Takes reports that came before the ids of a message were written down, for one that went past the outbox. */
  async claim(reports: readonly ReportedMessage[]): Promise<void> {
    for (const reported of reports) await this.#reports.decide(reported);
  }

  /** The account's session is connected: what waited for that goes on. */
  connected(account: Account): void {
    const queue = this.#queues.get(account.record.id as AccountId);
    if (!queue) return;
    for (const conversation of queue.conversations.values()) {
      if (conversation.pausedUntil === undefined) continue;
      conversation.pausedUntil = Math.min(conversation.pausedUntil, conversation.lastTry + WAKE_GAP_MS);
    }
    this.#worker.wake(queue);
  }

  /** The account is being removed: nothing of it is sent from now on. Returns what undoes that. */
  forget(account: Account): () => void {
    const id = account.record.id as AccountId;
    this.#removed.add(account);
    const queue = this.#queues.get(id);
    if (queue) {
      queue.closed = true;
      clearTimeout(queue.timer);
      for (const { entries } of queue.conversations.values())
        for (const entry of entries) this.#payloads.release(entry);
      this.#queues.delete(id);
    }
    return () => {
      this.#restoreOne(id).then(
        () => this.#removed.delete(account),
        (error: unknown) => {
          this.context.log.warn({ err: error }, 'the messages of an account wait for the next start');
        },
      );
    };
  }

  /** Resolves when what the last run left is known; begun by the first call. Rejects with the store's error. */
  restored(): Promise<void> {
    if (!this.#restoring) {
      this.#restoring = this.#restoreAll();
      this.#restoring.catch(() => {
        this.#restoring = undefined;
      });
    }
    return this.#restoring;
  }

  /** Nothing is sent from now on. Resolves when what is under way is written down, or after `stopMs`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const queue of this.#queues.values()) clearTimeout(queue.timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.context.options.delivery.stopMs);
    });
    await Promise.race([this.#worker.stop(), late]);
    clearTimeout(timer);
  }

  /** The conversation waits for more messages, where the session wants that. Returns for how many milliseconds. */
  #gather(account: Account, conversation: Conversation): number {
    const { peer } = conversation;
    const pause = gatheringMs(this.parts.sessions.get(account), peer);
    if (pause > 0 && gather(conversation, pause)) this.parts.notices.gathers(account, peer, pause);
    return pause;
  }

  #enter(queue: AccountQueue, conversation: Conversation, outgoing: Outgoing, direct: boolean): Entry {
    const entry = newEntry(outgoing, this.context.options.delivery, direct);
    this.#payloads.keep(entry, { message: outgoing.message, files: outgoing.files });
    conversation.entries.push(entry);
    queue.size += 1;
    return entry;
  }

  #commit(account: Account, outgoing: Outgoing, entry: Entry): Promise<void> {
    const { record, queued } = submission(this.context.options.domain, account, outgoing, entry);
    return this.context.store.messages.submit(record, queued, outgoing.trace);
  }

  async #restoreAll(): Promise<void> {
    await this.#recall.all();
    for (const queue of this.#queues.values()) this.#worker.wake(queue);
  }

  async #restoreOne(account: AccountId): Promise<void> {
    await this.#recall.one(account);
    const queue = this.#queues.get(account);
    if (queue) this.#worker.wake(queue);
  }

  #queue(account: AccountId): AccountQueue {
    let queue = this.#queues.get(account);
    if (!queue) {
      queue = new AccountQueue(account);
      this.#queues.set(account, queue);
    }
    return queue;
  }

  /** Forgets what nothing is left of. */
  #tidy(queue: AccountQueue, conversation: Conversation | undefined): void {
    if (conversation && conversation.entries.length === 0 && !conversation.run)
      queue.conversations.delete(peerName(conversation.peer));
    if (queue.size > 0 || queue.conversations.size > 0) return;
    clearTimeout(queue.timer);
    if (this.#queues.get(queue.account) === queue) this.#queues.delete(queue.account);
  }
}

/** A steady time as UTC. */
function moment(steady: number | undefined, ahead: number): number | undefined {
  return steady === undefined ? undefined : steady + ahead;
}
