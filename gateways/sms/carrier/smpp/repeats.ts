import { createHash, randomUUID } from 'node:crypto';
import type { StateEntry } from '../../../../src/gateway/state.js';
import type { LineStore } from '../line-store.js';
import type { Delivery } from './delivery.js';
import type { LinkProgress } from './link.js';
import type { SmppOptions } from './options.js';

/** How one message came: over which connection, under which sequence_number, and when. */
export interface Arrival {
  readonly link: LinkProgress;
  readonly sequence: number;
  /** Steady milliseconds. */
  readonly since: number;
}

interface Answer {
  readonly link: LinkProgress;
  /** `Link.mark` when the answer was written. */
  readonly mark: number;
  /** So late that the centre may have stopped waiting. */
  readonly late: boolean;
}

/** What tells of the latest delivery of one message. */
interface Seen {
  readonly id: string;
  /** UTC milliseconds of its last delivery. */
  at: number;
  /** `refused`: put off for the moment; `unknown`: taken by an earlier process. */
  fate: Arrival | Answer | 'refused' | 'unknown';
}

const prefix = 'seen:';

/**
 * Gives incoming messages their ids. SMPP has none for deliver_sm: a message whose answer was lost comes again with
 * the same content, and so does one that its author has sent twice. What tells them apart is whether the centre can
 * have missed our answer. A delivery is a repetition when an equal one came within the window and was
 *
 * - put off, or answered late, or not answered for as long; or
 * - not answered before its connection broke; or
 * - answered on a connection that then broke before the centre had answered anything sent after it; or
 * - taken by a process that is no more: it may have ended between the store and the answer; or
 * - sent under the same sequence_number, still unanswered on the same connection.
 *
 * Otherwise equal texts are two messages, however close: a centre with a window sends the second before the first
 * is answered. Each delivery is repeated by one at a time, so that two equal texts that both come again after a break
 * stay two. The limit: a user who writes the same words twice around a break of the connection or a restart, within
 * the window, is heard once.
 *
 * A centre that gives an id (`receipted_message_id` on a text) spares us the guess.
 */
export class Repeats {
  readonly #store: LineStore;
  readonly #options: SmppOptions;
  /** By digest of the content, the longest unseen first; equal messages in the order they came. */
  readonly #seen = new Map<string, Seen[]>();
  /** Messages in all of `#seen`. */
  #count = 0;
  /** Deliveries that are not answered. */
  readonly #open = new Map<Delivery, Seen>();

  constructor(store: LineStore, options: SmppOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** What an earlier process has stored. */
  restore({ key, value }: StateEntry): void {
    if (!key.startsWith(prefix)) return;
    const [digest = ''] = key.slice(prefix.length).split(':');
    const { id, at } = value;
    if (typeof id === 'string' && typeof at === 'number') this.#remember(digest, { id, at, fate: 'unknown' });
  }

  /** The id of a message; resolves when it will be the same after a restart. To be followed by `answered`. */
  async identify(delivery: Delivery, arrival: Arrival): Promise<string> {
    if (delivery.receiptedId !== '') return `given:${delivery.receiptedId}`;
    const digest = digestOf(delivery);
    const now = Date.now();
    const known = this.#seen.get(digest)?.find((seen) => this.#repeats(seen, arrival, now));
    if (known !== undefined) {
      known.fate = arrival;
      this.#open.set(delivery, known);
      return known.id;
    }
    const id = randomUUID();
    await this.#store.put({
      key: `${prefix}${digest}:${id}`,
      value: { id, at: now },
      expiresAt: now + this.#options.timeouts.repeatWindowMs,
    });
    const seen = { id, at: now, fate: arrival };
    this.#remember(digest, seen);
    this.#open.set(delivery, seen);
    return id;
  }

  /** The delivery has been answered; `mark`: `Link.mark` when it was. */
  answered(delivery: Delivery, { link, since }: Arrival, mark: number, positive: boolean): void {
    const seen = this.#open.get(delivery);
    if (seen === undefined) return;
    this.#open.delete(delivery);
    seen.at = Date.now();
    seen.fate = positive ? { link, mark, late: this.#late(since) } : 'refused';
  }

  #late(since: number): boolean {
    return performance.now() - since > this.#options.timeouts.lateAnswerMs;
  }

  #repeats({ at, fate }: Seen, arrival: Arrival, now: number): boolean {
    if (now - at > this.#options.timeouts.repeatWindowMs) return false;
    if (typeof fate === 'string') return true;
    if ('mark' in fate) return fate.late || (!fate.link.alive && fate.link.answered <= fate.mark);
    const again = fate.link === arrival.link && fate.sequence === arrival.sequence;
    return again || !fate.link.alive || this.#late(fate.since);
  }

  #remember(digest: string, seen: Seen): void {
    const before = this.#seen.get(digest) ?? [];
    const start = Date.now() - this.#options.timeouts.repeatWindowMs;
    const equal = [...before.filter(({ at }) => at >= start), seen];
    this.#count += equal.length - before.length;
    this.#seen.delete(digest);
    this.#seen.set(digest, equal);
    while (this.#count > this.#options.limits.rememberedMessages) {
      const [oldest] = this.#seen;
      if (oldest === undefined) return;
      oldest[1].shift();
      this.#count -= 1;
      if (oldest[1].length === 0) this.#seen.delete(oldest[0]);
    }
  }
}

/** What stays the same when a centre sends a message once more. */
function digestOf(delivery: Delivery): string {
  const { source, destination, esmClass, dataCoding, sar, userReference, content } = delivery;
  return createHash('sha256')
    .update(JSON.stringify([source, destination, esmClass, dataCoding, sar ?? null, userReference ?? null]))
    .update(content)
    .digest('base64url');
}
