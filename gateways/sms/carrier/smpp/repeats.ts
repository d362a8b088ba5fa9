import { createHash, randomUUID } from 'node:crypto';
import type { StateEntry } from '../../../../src/gateway/state.js';
import type { PartStore } from '../part-store.js';
import type { Delivery } from './delivery.js';
import type { Link, LinkProgress } from './link.js';
import type { SmppOptions } from './options.js';

/** What tells of one delivery of a message. */
interface Seen {
  readonly id: string;
  /** UTC milliseconds of its last delivery. */
  at: number;
  /** Undefined: not answered, refused for the moment, or taken by an earlier process. */
  answer: Answer | undefined;
}

interface Answer {
  readonly link: LinkProgress;
  /** {@link Link.mark} when the answer was written. */
  readonly mark: number;
  /** So late that the centre may have stopped waiting. */
  readonly late: boolean;
}

const prefix = 'seen:';

/**
 * Gives incoming messages their ids. SMPP has none for deliver_sm: a message whose answer was lost comes again with
 * the same content, and so does one that its author has sent twice. What tells them apart is whether the centre can
 * have missed our answer. A delivery is a repetition when an equal one came within the window and was
 *
 * - not answered, or refused for the moment, or answered late; or
 * - answered on a connection that then broke before the centre had answered anything sent after it; or
 * - taken by a process that is no more: it may have ended between the store and the answer.
 *
 * Otherwise equal texts are two messages, however close. The limit: a user who writes the same words twice around
 * a break of the connection or a restart, within the window, is heard once.
 *
 * A centre that gives an id (`receipted_message_id` on a text) spares us the guess.
 */
export class Repeats {
  readonly #store: PartStore;
  readonly #options: SmppOptions;
  /** By digest of the content, the longest unseen first. */
  readonly #seen = new Map<string, Seen>();

  constructor(store: PartStore, options: SmppOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** What an earlier process has stored. */
  restore({ key, value }: StateEntry): void {
    if (!key.startsWith(prefix)) return;
    const { id, at } = value;
    if (typeof id === 'string' && typeof at === 'number')
      this.#seen.set(key.slice(prefix.length), { id, at, answer: undefined });
  }

  /** The id of a message; resolves when it will be the same after a restart. */
  async identify(delivery: Delivery): Promise<string> {
    if (delivery.receiptedId !== '') return `given:${delivery.receiptedId}`;
    const digest = digestOf(delivery);
    const now = Date.now();
    const known = this.#seen.get(digest);
    if (known !== undefined && this.#repeats(known, now)) return known.id;
    const id = randomUUID();
    await this.#store.put({
      key: prefix + digest,
      value: { id, at: now },
      expiresAt: now + this.#options.timeouts.repeatWindowMs,
    });
    this.#remember(digest, { id, at: now, answer: undefined });
    return id;
  }

  /** The delivery has been answered positively; `tookMs` after it came. */
  answered(delivery: Delivery, link: Link, tookMs: number): void {
    const seen = this.#seen.get(digestOf(delivery));
    if (seen === undefined) return;
    seen.at = Date.now();
    seen.answer = {
      link: link.progress,
      mark: link.mark,
      late: tookMs > this.#options.timeouts.lateAnswerMs,
    };
  }

  #repeats({ at, answer }: Seen, now: number): boolean {
    if (now - at > this.#options.timeouts.repeatWindowMs) return false;
    if (answer === undefined || answer.late) return true;
    return !answer.link.alive && answer.link.answered <= answer.mark;
  }

  #remember(digest: string, seen: Seen): void {
    this.#seen.delete(digest);
    this.#seen.set(digest, seen);
    if (this.#seen.size <= this.#options.limits.rememberedMessages) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
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
