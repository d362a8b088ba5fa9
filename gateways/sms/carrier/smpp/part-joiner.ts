import type { Log } from '../../../../src/gateway/gateway.js';
import { addPart, type InboundPart, incomplete, partsKey, type Reassembled } from '../../text/reassembly.js';
import type { CarrierListener } from '../carrier.js';
import type { KeptParts } from './kept-parts.js';
import type { KeyedQueue } from './keyed-queue.js';
import type { SmppOptions } from './options.js';

/** What became of a part: `later`, there is no room; `alone`, it is a message by itself. */
export type PartVerdict = 'taken' | 'alone' | 'later';

/** Puts incoming parts together and passes messages on: whole, or with a mark when the rest does not come. */
export class PartJoiner {
  readonly #options: SmppOptions;
  readonly #log: Log;
  readonly #kept: KeptParts;
  readonly #queue: KeyedQueue;
  readonly #listener: CarrierListener;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** Everything of one author runs in `queue` under his number. */
  constructor(options: SmppOptions, log: Log, kept: KeptParts, queue: KeyedQueue, listener: CarrierListener) {
    this.#options = options;
    this.#log = log;
    this.#kept = kept;
    this.#queue = queue;
    this.#listener = listener;
  }

  /** Resolves when the part is durable, and with the last one the message; rejects as store and listener do. */
  async take(part: InboundPart): Promise<PartVerdict> {
    const key = partsKey(part);
    const before = this.#kept.get(key)?.message;
    const outcome = addPart(before, part, Date.now());
    if (outcome.outcome === 'alone') return 'alone';
    if (outcome.outcome === 'duplicate') return 'taken';
    const { from, to } = part;
    if (outcome.displaced !== undefined) await this.#passOn(key, outcome.displaced, from, to);
    if (outcome.outcome === 'complete') await this.#passOn(key, outcome.message, from, to, 'at once');
    else if (before === undefined && this.#kept.full) {
      // Room is made by the oldest, which belongs to somebody else's queue: the centre is to come again.
      if (this.#kept.oldest !== undefined) this.#giveUp(this.#kept.oldest);
      return 'later';
    }
    await this.#kept.keep(key, { from, to, message: outcome.kept });
    this.watch();
    return 'taken';
  }

  /** Sets the clock for what is waited for no longer. */
  watch(): void {
    clearTimeout(this.#timer);
    const deadline = this.#kept.nextDeadline;
    if (deadline === undefined || this.#stopped) return;
    // The system's clock may be set in the meantime.
    const waitMs = Math.min(Math.max(0, deadline - Date.now()), this.#options.timeouts.reassemblyMs);
    this.#timer = setTimeout(() => {
      const overdue = this.#kept.overdue(Date.now());
      for (const key of overdue) this.#giveUp(key);
      if (overdue.length === 0) this.watch();
    }, waitMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Passes on what there is of a message. */
  #giveUp(key: string): void {
    const from = this.#kept.get(key)?.from;
    if (from === undefined) return;
    void this.#queue
      .run(from, async () => {
        const kept = this.#kept.get(key);
        const rest = kept && incomplete(kept.message);
        if (kept === undefined || rest === undefined) return;
        await this.#passOn(key, rest, kept.from, kept.to, kept.message.startedAt);
        await this.#kept.forget(key);
      })
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, 'an incomplete SMS could not be passed on now');
        this.#kept.postpone(key, Date.now());
      })
      .then(() => this.watch());
  }

  async #passOn(
    key: string,
    { id, text }: Reassembled,
    from: string,
    to: string,
    time: number | 'at once' = 'at once',
  ): Promise<void> {
    await this.#listener.message({
      // Equal parts of two authors are two messages.
      id: `${key}:${id}`,
      from,
      to,
      text,
      ...(time === 'at once' ? {} : { time }),
    });
  }
}
