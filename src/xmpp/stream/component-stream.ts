import { EventEmitter } from 'node:events';
import { serialize, type XmlElement } from '../element.js';
import { NS } from '../namespace.js';
import { Acknowledger } from './acknowledger.js';
import { Backoff } from './backoff.js';
import { type ComponentStreamOptions, type ResolvedStreamOptions, resolveStreamOptions } from './options.js';
import { SendQueue } from './send-queue.js';
import { ABOUT_CONTENT, REFUSALS } from './stream-conditions.js';
import { type ComponentStreamEvents, StreamStoppedError } from './stream-events.js';
import { Waiters } from './waiters.js';
import { Wire, type WireEnd } from './wire.js';

/**
 * A component's stream (XEP-0114) that lasts: it reconnects, queues while it is offline, knows what the server
 * has read (see {@link Acknowledger}) and sends the rest again. Stanzas keep their order; after a reconnect
 * some may come twice, unchanged.
 */
export class ComponentStream extends EventEmitter<ComponentStreamEvents> {
  readonly #options: ResolvedStreamOptions;
  readonly #queue: SendQueue;
  readonly #backoff: Backoff;
  readonly #confirmations = new Waiters<number>();
  readonly #drains = new Waiters<void>();
  readonly #ends = new Waiters<void>();
  #wire: Wire | undefined;
  #ack: Acknowledger | undefined;
  #onlineSince = 0;
  /** The socket is full. */
  #blocked = false;
  #paused = false;
  #congested = false;
  #flush: NodeJS.Immediate | undefined;
  #pingTimer: NodeJS.Timeout | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  /** What was sent last was not taken. */
  #refused = false;
  #stopping = false;
  #stopped: Promise<void> | undefined;

  constructor(options: ComponentStreamOptions) {
    super();
    this.#options = resolveStreamOptions(options);
    this.#queue = new SendQueue(this.#options.queue);
    this.#backoff = new Backoff(this.#options.backoff);
  }

  /** The component's domain. */
  get domain(): string {
    return this.#options.domain;
  }

  /** Whether stanzas go out now. */
  get online(): boolean {
    return this.#ack !== undefined;
  }

  /** Whether producers should wait for {@link drained} before they go on. */
  get congested(): boolean {
    return this.#congested;
  }

  /** How many stanzas were queued so far. */
  position(): number {
    return this.#queue.position;
  }

  /** How many of them, from the first, the server is known to have read. */
  confirmedPosition(): number {
    return this.#queue.confirmed;
  }

  /** Begins to connect, and keeps connecting until {@link stop}. */
  start(): void {
    if (this.#wire !== undefined || this.#retryTimer !== undefined || this.#stopping) return;
    this.#connect();
  }

  /**
   * Queues a serialised stanza (or several in one string, which then stay together). It must be well-formed,
   * in the namespace of component streams, with `from` and `to`.
   */
  send(xml: string): void {
    this.#take(xml, false);
  }

  /**
   * As {@link send}, for what is of no use after the end of the stream because its sender then begins anew: it goes out
   * now or never, and not twice.
   */
  sendOnce(xml: string): void {
    if (this.#ack !== undefined) this.#take(xml, true);
  }

  #take(xml: string, once: boolean): void {
    const refusal = this.#stopping ? 'stopped' : this.#queue.push(xml, once);
    this.#refused = refusal !== undefined;
    if (refusal !== undefined) {
      this.#report('undeliverable', { xml, reason: refusal });
      return;
    }
    if (!this.#congested && this.#queue.bytes > this.#options.queue.highWaterBytes) this.#congested = true;
    if (this.#flush === undefined && this.#ack !== undefined && !this.#blocked) this.#scheduleFlush();
  }

  /** Queues a stanza. */
  sendElement(stanza: XmlElement): void {
    this.send(serialize(stanza, NS.COMPONENT));
  }

  /** Resolves when the stream is not congested. @throws {StreamStoppedError} */
  drained(): Promise<void> {
    return this.#congested ? this.#drains.wait() : Promise.resolve();
  }

  /**
   * Resolves when the server has read everything up to `position`, by default all that was sent.
   * @throws {StreamStoppedError} when the stream stops before
   * @throws {Error} when what was sent last was not taken
   */
  whenConfirmed(position?: number): Promise<void> {
    if (position === undefined && this.#refused)
      return Promise.reject(
        this.#stopping
          ? new StreamStoppedError('the stream was stopped')
          : new Error('a stanza was not taken'),
      );
    return this.#confirmedUpTo(position ?? this.#queue.position);
  }

  #confirmedUpTo(position: number): Promise<void> {
    return position <= this.#queue.confirmed ? Promise.resolve() : this.#confirmations.wait(position);
  }

  /** Stops reading, for a consumer that cannot follow. */
  pause(): void {
    this.#paused = true;
    this.#wire?.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#paused = false;
    this.#ack?.sign(performance.now());
    this.#wire?.resume();
  }

  /** Sends what is queued, waits a bounded time for its confirmation, closes the stream. Final. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#retryTimer);
    if (this.#ack !== undefined) {
      this.#pump();
      await this.#confirmedInTime();
    }
    const wire = this.#wire;
    if (wire !== undefined) {
      const ended = this.#ends.wait();
      wire.close('stopped');
      await ended;
    }
    const error = new StreamStoppedError('the stream was stopped');
    this.#confirmations.rejectAll(error);
    this.#drains.rejectAll(error);
  }

  #confirmedInTime(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.times.stopMs);
      const settle = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#confirmedUpTo(this.#queue.position).then(settle, settle);
      this.#ends.wait().then(settle, settle);
    });
  }

  #connect(): void {
    this.#retryTimer = undefined;
    const { domain, secret, host, port, limits, times, ignores } = this.#options;
    const wire = new Wire(
      {
        domain,
        secret,
        host,
        port,
        limits,
        connectTimeoutMs: times.connectMs,
        closeTimeoutMs: times.closeMs,
        ...(ignores && { ignores }),
      },
      {
        online: () => this.#onOnline(wire),
        element: (element) => this.#onElement(element),
        heard: () => this.#ack?.sign(performance.now()),
        drain: () => this.#onDrain(),
        ended: (end) => this.#onEnded(end),
      },
    );
    this.#wire = wire;
    wire.connect();
  }

  #onOnline(wire: Wire): void {
    const { domain, serverDomain, ack, times } = this.#options;
    const now = performance.now();
    this.#ack = new Acknowledger(domain, serverDomain, ack, now);
    this.#onlineSince = now;
    this.#blocked = false;
    this.#watchTimer = setInterval(() => this.#watch(), times.watchMs);
    if (this.#paused) wire.pause();
    this.#report('online');
    this.#pump();
  }

  #onElement(element: XmlElement): void {
    const position = this.#ack?.answer(element);
    if (position === undefined) this.#report('stanza', element);
    else this.#onConfirmed(position);
  }

  #onConfirmed(position: number): void {
    this.#queue.confirm(position, performance.now());
    this.#settleConfirmations();
    this.#pump();
  }

  #settleConfirmations(): void {
    const { confirmed, bytes } = this.#queue;
    this.#confirmations.resolveWhere((position) => position <= confirmed);
    this.#report('confirmed', confirmed);
    if (!this.#congested || bytes > this.#options.queue.lowWaterBytes) return;
    this.#congested = false;
    this.#drains.resolveWhere(() => true);
    this.#report('drain');
  }

  #onDrain(): void {
    this.#ack?.sign(performance.now());
    this.#blocked = false;
    this.#pump();
  }

  #scheduleFlush(): void {
    this.#flush = setImmediate(() => {
      this.#flush = undefined;
      this.#pump();
    });
  }

  /** Writes as much as the socket takes, and asks for its confirmation. */
  #pump(): void {
    const wire = this.#wire;
    if (wire === undefined || this.#ack === undefined || this.#blocked) return;
    const queue = this.#queue;
    queue.closeBatch();
    // A single small batch and its ping leave in one segment; large ones go out as they come.
    const together = queue.unwritten === 1;
    if (together) wire.cork();
    while (!this.#blocked) {
      const chunk = queue.next();
      if (chunk === undefined) break;
      this.#blocked = !wire.write(chunk.data);
    }
    this.#requestConfirmation(wire, this.#ack);
    if (together) wire.uncork();
  }

  #requestConfirmation(wire: Wire, ack: Acknowledger): void {
    const { writtenPosition, careful } = this.#queue;
    if (ack.waiting || writtenPosition === 0 || this.#pingTimer !== undefined) return;
    const now = performance.now();
    const delay = careful ? 0 : ack.delay(now);
    if (delay === 0) {
      wire.write(ack.ping(writtenPosition, now));
      return;
    }
    this.#pingTimer = setTimeout(() => {
      this.#pingTimer = undefined;
      this.#requestConfirmation(wire, ack);
    }, delay);
  }

  /** Looks for a peer that has gone without a word (a cable pulled, a host frozen). */
  #watch(): void {
    const ack = this.#ack;
    if (ack === undefined || this.#paused) return;
    const now = performance.now();
    if (ack.dead(now)) this.#wire?.destroy('the server does not answer');
    else if (ack.idle(now)) this.#wire?.write(ack.ping(this.#queue.writtenPosition, now));
  }

  #onEnded(end: WireEnd): void {
    const ack = this.#ack;
    this.#wire = undefined;
    this.#ack = undefined;
    clearInterval(this.#watchTimer);
    clearTimeout(this.#pingTimer);
    this.#pingTimer = undefined;
    const refused = end.condition !== undefined && REFUSALS.has(end.condition);
    if (ack !== undefined) this.#onStreamLost(end, ack, refused);
    if (refused) this.#report('refused', { condition: end.condition ?? '', reason: end.reason });
    this.#ends.resolveWhere(() => true);
    if (!this.#stopping) this.#retry(end, refused);
  }

  #onStreamLost(end: WireEnd, ack: Acknowledger, refused: boolean): void {
    const stable = performance.now() - this.#onlineSince >= this.#options.times.stableMs;
    if (stable && !refused) this.#backoff.reset();
    if (end.condition !== undefined && ABOUT_CONTENT.has(end.condition)) {
      // Each such end brings the stanza at fault nearer, so there is no reason to wait longer and longer.
      this.#backoff.reset();
      const xml = this.#queue.suspect();
      if (xml !== undefined) {
        this.#report('undeliverable', { xml, reason: 'refused', condition: end.condition });
        this.#settleConfirmations();
      }
    }
    this.#queue.rewind(end.clean, ack.lastSignAt);
    this.#report('offline', end);
  }

  #retry(end: WireEnd, refused: boolean): void {
    const wait = this.#backoff.next();
    const delayMs = refused ? Math.max(wait, this.#options.times.refusedMs) : wait;
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
    this.#report('retry', { delayMs, attempt: this.#backoff.attempts, reason: end.reason });
  }

  /** Emits; what a listener throws must not reach the socket or the parser. */
  #report<K extends keyof ComponentStreamEvents>(event: K, ...args: ComponentStreamEvents[K]): void {
    try {
      // The emitter's own types cannot see that the arguments belong to the event.
      (this.emit as (event: K, ...args: ComponentStreamEvents[K]) => boolean).call(this, event, ...args);
    } catch (error) {
      if (event !== 'fault') this.#report('fault', error);
    }
  }
}
