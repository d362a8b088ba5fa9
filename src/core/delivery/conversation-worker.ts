import { GatewayError } from '../../gateway/error.js';
import type { Session } from '../../gateway/session.js';
import { StoreError } from '../../store/error.js';
import type { MessageChange } from '../../store/message-store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { SessionKeeper } from '../service/service-context.js';
import { steadyNow } from '../steady-clock.js';
import { type Attempt, attempt, obstacle, type ReadyMessage } from './attempt.js';
import type { AuthorNotices } from './author-notices.js';
import { type AccountQueue, type Conversation, type Entry, timeOfId } from './conversation-queue.js';
import { pauseAfter } from './delivery-options.js';
import { gatheringMs, MOST_TOGETHER, maySendAlong, waitNoMore, waitsUntil } from './gathering.js';
import type { MessageEnds } from './message-ends.js';
import { openPayload, type ReadyPayload } from './open-payload.js';
import type { Payloads } from './payloads.js';

/** What an outbox works with. */
export interface OutboxParts {
  readonly sessions: Pick<SessionKeeper, 'ensure' | 'get'>;
  readonly notices: AuthorNotices;
}

/** Sends the messages of each conversation, one after the other, pausing where that may help. */
export class ConversationWorker {
  readonly #running = new Set<Promise<void>>();
  readonly #started = steadyNow();
  #stopped = false;

  constructor(
    private readonly context: DomainContext,
    private readonly parts: OutboxParts,
    private readonly payloads: Payloads,
    private readonly ends: MessageEnds,
    /** Called when a queue may have become empty. */
    private readonly emptied: (queue: AccountQueue, conversation?: Conversation) => void,
  ) {}

  /** Begins with the first message unless somebody is at it, or the conversation pauses. */
  proceed(queue: AccountQueue, conversation: Conversation): void {
    if (conversation.run || !this.#goesOn(queue, conversation)) return;
    const run = this.#run(queue, conversation).finally(() => this.#running.delete(run));
    conversation.run = run;
    this.#running.add(run);
  }

  /** Resumes what has paused long enough, and sets the timer for the rest. */
  wake(queue: AccountQueue): void {
    clearTimeout(queue.timer);
    if (this.#stopped || queue.closed) return;
    const now = steadyNow();
    let next = Number.POSITIVE_INFINITY;
    for (const conversation of queue.conversations.values()) {
      const until = waitsUntil(conversation);
      if (until === undefined) continue;
      if (until <= now) {
        waitNoMore(conversation);
        this.proceed(queue, conversation);
      } else next = Math.min(next, until);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    queue.timer = setTimeout(() => this.wake(queue), Math.ceil(next - now));
    queue.timer.unref();
  }

  /** Nothing new is sent from now on. Resolves when what is under way has ended and is written down. */
  async stop(): Promise<void> {
    this.#stopped = true;
    // From now on what cannot be written down is tried once more only.
    const ended = this.ends.stop();
    await Promise.all(this.#running);
    await ended;
    await this.ends.stop();
  }

  #goesOn(queue: AccountQueue, conversation: Conversation): boolean {
    const waits = waitsUntil(conversation) !== undefined;
    return conversation.entries.length > 0 && !waits && !queue.closed && !this.#stopped;
  }

  /** Never rejects. */
  async #run(queue: AccountQueue, conversation: Conversation): Promise<void> {
    for (;;) {
      const [head] = conversation.entries;
      if (!head || !this.#goesOn(queue, conversation)) {
        const { written } = conversation;
        if (!written) break;
        conversation.written = undefined;
        await written;
        continue;
      }
      try {
        await this.#step(queue, conversation, head);
      } catch (error) {
        this.context.log.warn({ err: error }, 'a message has to wait for the store');
        for (const entry of conversation.entries) entry.taken = false;
        this.#pause(queue, conversation, head);
      }
    }
    if (this.#stopped) await this.#handBack(queue, conversation);
    conversation.run = undefined;
    this.emptied(queue, conversation);
  }

  /** At a stop: what the network was never given may be sent after the next start. */
  async #handBack(queue: AccountQueue, { entries }: Conversation): Promise<void> {
    for (const entry of [...entries]) {
      if (queue.closed || entry.state === 'waiting' || entry.maybeSent) return;
      if (entry.committing && !(await entry.committing)) return;
      await this.#unmark(entry, {}).catch((error: unknown) => {
        this.context.log.warn(
          { err: error },
          'a message that was not sent is kept as one that may have been',
        );
      });
    }
  }

  /** Brings the first message one step further: out of the conversation, or into a pause. */
  async #step(queue: AccountQueue, conversation: Conversation, head: Entry): Promise<void> {
    if (head.committing && !(await head.committing)) {
      queue.drop(conversation, head);
      return;
    }
    const account = await this.#account(queue);
    if (!account || this.#overdue(queue, conversation, head)) return;
    const payload = await this.payloads.of(queue, head);
    if (conversation.entries[0] !== head || !this.#goesOn(queue, conversation)) return;
    if (!payload) {
      // Nothing is left of it in the store.
      queue.drop(conversation, head);
      queue.size -= 1;
      return;
    }
    const session = this.parts.sessions.ensure(account);
    const hindrance = obstacle(session);
    if (hindrance) {
      await this.#later(queue, conversation, head, account, hindrance);
      return;
    }
    const batch = await this.#together(queue, conversation, session);
    if (batch[0] !== head || !this.#goesOn(queue, conversation)) return;
    for (const entry of batch) entry.taken = true;
    conversation.lastTry = steadyNow();
    await this.#send(queue, conversation, account, session, batch);
  }

  /** The first message, and those that go out with it; none that was taken back meanwhile. */
  async #together(
    queue: AccountQueue,
    conversation: Conversation,
    session: Session,
  ): Promise<readonly Entry[]> {
    const { entries } = conversation;
    const [head, ...others] = entries.slice(0, MOST_TOGETHER);
    if (!head) return [];
    const batch = [head];
    if (others.length === 0 || gatheringMs(session, conversation.peer) === 0) return batch;
    for (const entry of others) {
      if (!(await maySendAlong(entry)) || !(await this.payloads.of(queue, entry))) break;
      batch.push(entry);
    }
    return batch.filter((entry) => entries.includes(entry));
  }

  async #send(
    queue: AccountQueue,
    conversation: Conversation,
    account: Account,
    session: Session,
    batch: readonly Entry[],
  ): Promise<void> {
    const ready: (ReadyMessage & Pick<ReadyPayload, 'close'>)[] = [];
    try {
      for (const entry of batch) {
        const payload = await this.payloads.of(queue, entry);
        if (!payload) throw new StoreError('other', 'a message lost its words on the way');
        const opened = await openPayload(this.context, account, payload);
        if (opened.kind === 'later') {
          await this.#judge(queue, conversation, batch, account, opened);
          return;
        }
        ready.push({ ...opened, id: entry.id });
      }
      const marked = await Promise.all(batch.map((entry) => this.#mark(queue, entry)));
      if (marked.includes(false)) return;
      const { repeatable } = this.context.gateway;
      const result = await attempt(session, conversation.peer, ready, repeatable);
      await this.#judge(queue, conversation, batch, account, result);
    } finally {
      await Promise.all(ready.map(({ close }) => close()));
    }
  }

  /** The account of a queue; undefined, and the queue is closed, when there is none any more. */
  async #account(queue: AccountQueue): Promise<Account | undefined> {
    try {
      return await this.context.accounts.byId(queue.account);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      queue.closed = true;
      return undefined;
    }
  }

  /** Ends a message that has waited too long, or lets the clock be set before that. */
  #overdue(queue: AccountQueue, conversation: Conversation, head: Entry): boolean {
    const now = steadyNow();
    if (now < head.deadline || Date.now() < head.expiresAt) return false;
    const grace = this.#started + this.context.options.delivery.overdueGraceMs - now;
    if (head.recalled && grace > 0) {
      conversation.pausedUntil = now + grace;
      this.wake(queue);
      return true;
    }
    queue.drop(conversation, head);
    const error = new GatewayError('network-unreachable', { key: 'delivery-too-late' });
    this.payloads.release(head);
    void this.ends.bad(queue, head, head.maybeSent ? 'unknown' : 'expired', error);
    return true;
  }

  /** Writes down that the network may have it from now on. False when it must not have it any more. */
  async #mark(queue: AccountQueue, head: Entry): Promise<boolean> {
    if (head.state === 'waiting') {
      const before = head.attempts > 0 ? { detail: '' } : {};
      await this.context.store.messages.change(head.id, {
        state: 'sending',
        changedAt: Date.now(),
        ...before,
      });
      head.state = 'sending';
    }
    return !queue.closed && !this.#stopped;
  }

  /** The network does not have it: a restart may send it. */
  async #unmark(head: Entry, change: Pick<MessageChange, 'outbox' | 'detail'>): Promise<void> {
    const state = head.maybeSent ? head.state : 'waiting';
    await this.context.store.messages.change(head.id, { state, changedAt: Date.now(), ...change });
    head.state = state;
    head.taken = false;
  }

  async #judge(
    queue: AccountQueue,
    conversation: Conversation,
    batch: readonly Entry[],
    account: Account,
    result: Attempt,
  ): Promise<void> {
    switch (result.kind) {
      case 'accepted': {
        for (const entry of batch) this.#gone(queue, conversation, entry);
        const { ids = [], note } = result.acceptance ?? {};
        const idsOf = (index: number) => (batch.length === 1 ? ids : ids.slice(index, index + 1));
        const written = batch.map((entry, index) => this.ends.accepted(queue, entry, idsOf(index)));
        conversation.written = Promise.all(written).then(() => undefined);
        if (note) this.parts.notices.noted(account, note);
        return;
      }
      case 'later': {
        for (const entry of batch) {
          entry.attempts += 1;
          entry.maybeSent ||= result.maybeSent;
        }
        const [head, ...others] = batch;
        if (head) await this.#later(queue, conversation, head, account, result.error);
        for (const entry of others) await this.#putBack(queue, conversation, entry, result.error);
        return;
      }
      case 'over': {
        if (!(result.error instanceof GatewayError))
          this.context.log.error({ err: result.error }, 'a message could not be sent');
        for (const entry of batch) {
          this.#gone(queue, conversation, entry);
          void this.ends.bad(queue, entry, entry.maybeSent ? 'unknown' : result.state, result.error);
        }
        return;
      }
      default:
        result satisfies never;
    }
  }

  #gone(queue: AccountQueue, conversation: Conversation, head: Entry): void {
    queue.drop(conversation, head);
    this.payloads.release(head);
    conversation.pauses = 0;
    // Whoever was told that something waits need not be told of each thing behind it.
    if (conversation.entries.length === 0) conversation.told = false;
  }

  /** The message has to wait, and those after it. */
  async #later(
    queue: AccountQueue,
    conversation: Conversation,
    head: Entry,
    account: Account,
    error: GatewayError,
  ): Promise<void> {
    this.#pause(queue, conversation, head, error.retryAfterMs);
    if (!conversation.told) {
      conversation.told = true;
      const message = { time: timeOfId(head.id), until: head.expiresAt };
      this.parts.notices.waits(account, conversation.peer, message, error);
    }
    await this.#putBack(queue, conversation, head, error);
  }

  /** The network does not have it, or takes it again. */
  async #putBack(
    queue: AccountQueue,
    conversation: Conversation,
    entry: Entry,
    error: GatewayError,
  ): Promise<void> {
    if (entry.state === 'sending' && !queue.closed) {
      const wait = (conversation.pausedUntil ?? steadyNow()) - steadyNow();
      await this.#unmark(entry, {
        detail: JSON.stringify(error.text),
        outbox: { attempts: entry.attempts, nextAt: Math.round(Date.now() + wait) },
      });
    } else entry.taken = false;
  }

  /** As long as the network has asked for, else longer each time. */
  #pause(queue: AccountQueue, conversation: Conversation, head: Entry, asked?: number): void {
    conversation.pauses += 1;
    const now = steadyNow();
    const tries = Math.max(conversation.pauses, head.attempts);
    const pause = asked ?? pauseAfter(tries, this.context.options.delivery);
    // Not past the moment at which it expires; that is looked at when the pause ends.
    const left = head.deadline > now ? head.deadline - now : pause;
    conversation.pausedUntil = now + Math.min(pause, left);
    this.payloads.thinAll(conversation);
    this.wake(queue);
  }
}
