import { randomBytes } from 'node:crypto';
import { el, serialize, type XmlElement } from '../element.js';
import { NS } from '../namespace.js';

/** How delivery is confirmed and a dead peer found out. */
export interface AckOptions {
  /** The least time between two pings after batches, in milliseconds. */
  readonly intervalMs: number;
  /** Silence after which the peer is asked whether it is there, in milliseconds. */
  readonly idleMs: number;
  /** Silence of the peer, with a ping unanswered, after which it is held for dead, in milliseconds. */
  readonly silenceMs: number;
  /** How long a ping may go unanswered by a peer that does send other things, in milliseconds. */
  readonly answerMs: number;
}

/** The default {@link AckOptions}. */
export const ACK_DEFAULTS: AckOptions = {
  intervalMs: 25,
  idleMs: 60_000,
  silenceMs: 30_000,
  answerMs: 120_000,
};

interface Outstanding {
  readonly id: string;
  readonly position: number;
  readonly sentAt: number;
}

const ID_BYTES = 9;

/**
 * The pings (XEP-0199) of one connection, one at a time. XEP-0114 acknowledges nothing, but a server reads a
 * stream in order: any answer to a ping, an error too, proves that what was written before has been read.
 * Times are milliseconds of a monotonic clock.
 */
export class Acknowledger {
  readonly #domain: string;
  readonly #serverDomain: string;
  readonly #options: AckOptions;
  // Random per connection, so that nobody else can answer and an answer to an earlier one is told apart.
  readonly #prefix = randomBytes(ID_BYTES).toString('base64url');
  #count = 0;
  #outstanding: Outstanding | undefined;
  #lastPingAt = Number.NEGATIVE_INFINITY;
  #lastSignAt: number;

  constructor(domain: string, serverDomain: string, options: AckOptions, now: number) {
    this.#domain = domain;
    this.#serverDomain = serverDomain;
    this.#options = options;
    this.#lastSignAt = now;
  }

  /** When the peer last gave a sign of life. */
  get lastSignAt(): number {
    return this.#lastSignAt;
  }

  /** Whether a ping awaits its answer. */
  get waiting(): boolean {
    return this.#outstanding !== undefined;
  }

  /** The peer sent something or took something from a full socket. */
  sign(now: number): void {
    this.#lastSignAt = now;
  }

  /** How long to wait before the next ping after a batch; 0 when it may be sent now. */
  delay(now: number): number {
    return Math.max(0, this.#lastPingAt + this.#options.intervalMs - now);
  }

  /** A ping that covers everything written up to `position`. Call it only while none is {@link waiting}. */
  ping(position: number, now: number): string {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    this.#outstanding = { id, position, sentAt: now };
    this.#lastPingAt = now;
    const attrs = { type: 'get', id, from: this.#domain, to: this.#serverDomain };
    return serialize(el('iq', NS.COMPONENT, attrs, el('ping', NS.PING)), NS.COMPONENT);
  }

  /** The position that a stanza confirms, or undefined when it does not answer our ping. */
  answer(stanza: XmlElement): number | undefined {
    const { id, from, type } = stanza.attrs;
    const outstanding = this.#outstanding;
    if (outstanding === undefined || stanza.name !== 'iq' || id !== outstanding.id) return undefined;
    if (from !== this.#serverDomain || (type !== 'result' && type !== 'error')) return undefined;
    this.#outstanding = undefined;
    return outstanding.position;
  }

  /** Whether the peer has been silent for so long that it should be asked. */
  idle(now: number): boolean {
    return this.#outstanding === undefined && now - this.#lastSignAt >= this.#options.idleMs;
  }

  /** Whether the peer must be held for dead. */
  dead(now: number): boolean {
    if (this.#outstanding === undefined) return false;
    const { sentAt } = this.#outstanding;
    const { silenceMs, answerMs } = this.#options;
    return now - Math.max(sentAt, this.#lastSignAt) >= silenceMs || now - sentAt >= answerMs;
  }
}
