import { randomUUID } from 'node:crypto';
import { TokenBucket } from 'limiter';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { Log } from '../../../../src/gateway/gateway.js';
import { isThrottling, status, submitError } from './command-status.js';
import { type Link, NoAnswer } from './link.js';
import type { SmppOptions } from './options.js';
import { type PDU, text } from './pdu.js';
import { notConnected, type Submission, tooMuch } from './submission.js';
import { Throttle } from './throttle.js';

/** Told of each part the centre has taken, before the message is settled; returns the id to give to the caller. */
type PartTaken = (id: string, submission: Submission) => string;

/**
 * Hands messages to the centre: a window of unanswered parts, a rate, pauses for a throttling centre, a bounded
 * queue. A part that was handed over and has no answer is never sent again.
 */
export class Submitter {
  readonly #options: SmppOptions;
  readonly #log: Log;
  readonly #partTaken: PartTaken;
  readonly #throttle: Throttle;
  readonly #rate: TokenBucket | undefined;
  /** Messages of which a part was refused for the moment or taken: they go first. */
  readonly #resumed = new Set<Submission>();
  readonly #waiting = new Set<Submission>();
  readonly #flying = new Set<Submission>();
  #queuedParts = 0;
  #link: Link | undefined;
  #stopping = false;
  #idle: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SmppOptions, log: Log, partTaken: PartTaken) {
    this.#options = options;
    this.#log = log;
    this.#partTaken = partTaken;
    this.#throttle = new Throttle(options.throttle);
    const { messagesPerSecond, burst } = options.limits;
    if (messagesPerSecond !== undefined) {
      this.#rate = new TokenBucket({
        bucketSize: burst,
        tokensPerInterval: messagesPerSecond,
        interval: 'second',
      });
      this.#rate.content = burst;
    }
  }

  /** Messages of which a part is under way. */
  get flying(): Iterable<Submission> {
    return this.#flying;
  }

  /** Sends over this link until it ends. */
  attach(link: Link): void {
    this.#link = link;
    this.#throttle.reset();
    link.closed.then(() => this.#lost(link));
  }

  /** See `Carrier.send`: rejects with GatewayError. */
  submit(submission: Submission): Promise<readonly string[]> {
    if (this.#stopping || this.#link === undefined || !this.#link.alive) submission.fail(notConnected());
    else if (this.#queuedParts + submission.parts.length > this.#options.limits.queuedParts)
      submission.fail(tooMuch());
    else {
      this.#enqueue(submission, this.#waiting);
      this.#pump();
    }
    return submission.result;
  }

  /** Takes nothing new; resolves when nothing is under way, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    for (const submission of [...this.#waiting, ...this.#resumed])
      if (!submission.begun) this.#drop(submission).fail(notConnected());
    if (this.#flying.size + this.#resumed.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    }
    clearTimeout(this.#timer);
  }

  #enqueue(submission: Submission, queue: Set<Submission>): void {
    submission.deadline ||= performance.now() + this.#options.timeouts.patienceMs;
    this.#queuedParts += submission.parts.length;
    queue.add(submission);
  }

  #drop(submission: Submission): Submission {
    if (this.#waiting.delete(submission) || this.#resumed.delete(submission))
      this.#queuedParts -= submission.parts.length;
    return submission;
  }

  /** Hands over what may go now, and comes back when more may. */
  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#expire();
    for (;;) {
      const [submission] = this.#resumed.size > 0 ? this.#resumed : this.#waiting;
      const link = this.#link;
      if (submission === undefined || link === undefined) return;
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#comeBack(Math.min(waitMs, submission.deadline - performance.now()));
        return;
      }
      const window = this.#throttle.careful ? 1 : this.#options.limits.window;
      if (this.#flying.size >= window) {
        this.#comeBack(submission.deadline - performance.now());
        return;
      }
      this.#rate?.tryRemoveTokens(1);
      void this.#hand(this.#drop(submission), link);
    }
  }

  #comeBack(afterMs: number): void {
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, afterMs));
  }

  #waitMs(): number {
    return Math.max(this.#throttle.waitMs(performance.now()), this.#rate?.getWaitTime(1) ?? 0);
  }

  /** Both queues are in the order of their deadlines, all but. */
  #expire(): void {
    const now = performance.now();
    for (const queue of [this.#resumed, this.#waiting])
      for (const submission of queue) {
        if (submission.deadline > now) break;
        this.#drop(submission).fail(tooMuch());
      }
    this.#tellIdle();
  }

  async #hand(submission: Submission, link: Link): Promise<void> {
    const part = submission.next;
    if (part === undefined) return;
    this.#flying.add(submission);
    const { epoch } = this.#throttle;
    try {
      const answer = await link.request('submit_sm', part, this.#options.timeouts.responseMs);
      this.#answered(submission, answer, epoch);
    } catch (error) {
      this.#unanswered(submission, error, link);
    }
    this.#flying.delete(submission);
    this.#pump();
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#flying.size + this.#resumed.size === 0) this.#idle?.();
  }

  #answered(submission: Submission, answer: PDU, epoch: number): void {
    const { command_status: code } = answer;
    if (isThrottling(code)) {
      this.#throttle.refused(epoch, performance.now());
      this.#again(submission);
      return;
    }
    this.#throttle.taken(epoch);
    if (code !== status.ok) {
      submission.fail(submitError(code));
      return;
    }
    submission.deadline = 0;
    // A centre that gives no id sends no receipt that could be recognised.
    const id = text(answer, 'message_id').trim() || `none:${randomUUID()}`;
    submission.taken(this.#partTaken(id, submission));
    if (submission.next !== undefined) this.#again(submission);
  }

  #again(submission: Submission): void {
    if (this.#link?.alive && (submission.begun || !this.#stopping)) this.#enqueue(submission, this.#resumed);
    else submission.fail(notConnected());
  }

  #unanswered(submission: Submission, error: unknown, link: Link): void {
    // It cannot be written as a PDU: neither now nor later.
    if (!(error instanceof NoAnswer)) {
      // Its words may quote the text.
      const reason = error instanceof Error ? error.name : 'unknown';
      this.#log.error({ reason }, 'a text cannot be written as an SMPP PDU');
      submission.fail(new GatewayError('rejected', { key: 'sms-smpp-not-writable' }));
      return;
    }
    if (!error.handed) {
      submission.fail(notConnected());
      return;
    }
    submission.lose();
    if (error.kind === 'timeout') link.probe();
  }

  #lost(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const queue of [this.#resumed, this.#waiting])
      for (const submission of queue) this.#drop(submission).fail(notConnected());
    this.#tellIdle();
  }
}
