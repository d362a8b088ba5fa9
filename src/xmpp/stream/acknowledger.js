import { randomBytes } from 'node:crypto';
import { el, serialize } from '../element.js';
import { NS } from '../namespace.js';
/** The default {@link AckOptions}. */
export const ACK_DEFAULTS = {
  intervalMs: 25,
  idleMs: 60_000,
  silenceMs: 30_000,
  answerMs: 120_000,
};
const ID_BYTES = 9;
/**
 * The pings (XEP-0199) of one connection, one at a time. XEP-0114 acknowledges nothing, but a server reads a
 * stream in order: any answer to a ping, an error too, proves that what was written before has been read.
 * Times are milliseconds of a monotonic clock.
 */
export class Acknowledger {
  #domain;
  #serverDomain;
  #options;
  // Random per connection, so that nobody else can answer and an answer to an earlier one is told apart.
  #prefix = randomBytes(ID_BYTES).toString('base64url');
  #count = 0;
  #outstanding;
  #lastPingAt = Number.NEGATIVE_INFINITY;
  #lastSignAt;
  constructor(domain, serverDomain, options, now) {
    this.#domain = domain;
    this.#serverDomain = serverDomain;
    this.#options = options;
    this.#lastSignAt = now;
  }
  /** When the peer last gave a sign of life. */
  get lastSignAt() {
    return this.#lastSignAt;
  }
  /** Whether a ping awaits its answer. */
  get waiting() {
    return this.#outstanding !== undefined;
  }
  /** The peer sent something or took something from a full socket. */
  sign(now) {
    this.#lastSignAt = now;
  }
  /** How long to wait before the next ping after a batch; 0 when it may be sent now. */
  delay(now) {
    return Math.max(0, this.#lastPingAt + this.#options.intervalMs - now);
  }
  /** A ping that covers everything written up to `position`. Call it only while none is {@link waiting}. */
  ping(position, now) {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    this.#outstanding = { id, position, sentAt: now };
    this.#lastPingAt = now;
    const attrs = { type: 'get', id, from: this.#domain, to: this.#serverDomain };
    return serialize(el('iq', NS.COMPONENT, attrs, el('ping', NS.PING)), NS.COMPONENT);
  }
  /** The position that a stanza confirms, or undefined when it does not answer our ping. */
  answer(stanza) {
    const { id, from, type } = stanza.attrs;
    const outstanding = this.#outstanding;
    if (outstanding === undefined || stanza.name !== 'iq' || id !== outstanding.id) return undefined;
    if (from !== this.#serverDomain || (type !== 'result' && type !== 'error')) return undefined;
    this.#outstanding = undefined;
    return outstanding.position;
  }
  /** Whether the peer has been silent for so long that it should be asked. */
  idle(now) {
    return this.#outstanding === undefined && now - this.#lastSignAt >= this.#options.idleMs;
  }
  /** Whether the peer must be held for dead. */
  dead(now) {
    if (this.#outstanding === undefined) return false;
    const { sentAt } = this.#outstanding;
    const { silenceMs, answerMs } = this.#options;
    return now - Math.max(sentAt, this.#lastSignAt) >= silenceMs || now - sentAt >= answerMs;
  }
}
