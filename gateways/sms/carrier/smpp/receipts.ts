import type { Log } from '../../../../src/gateway/gateway.js';
import type { CarrierListener } from '../carrier.js';
import type { SmppOptions } from './options.js';
import type { Receipt } from './receipt.js';
import { ReceiptIds, type SentPart, sameNumber } from './receipt-ids.js';
import type { Submission } from './submission.js';

/**
 * From delivery receipts to reports. A receipt may overtake the answer to the submit that it is about, and mostly
 * does overtake the last part of its message: it is kept until the message is settled, so that nobody hears of an
 * id that he was never given. Once an end was reported, whatever else comes for the part is of the past.
 */
export class Receipts {
  readonly #ids: ReceiptIds;
  readonly #log: Log;
  readonly #flying: () => Iterable<Submission>;
  #told = false;

  constructor(options: SmppOptions, log: Log, flying: () => Iterable<Submission>) {
    this.#ids = new ReceiptIds(options.receiptIds, options.limits.rememberedIds);
    this.#log = log;
    this.#flying = flying;
  }

  /** A part was taken under this id of submit_sm_resp; returns the id to give to the caller. */
  sent(id: string, submission: Submission): string {
    const accepted = this.#ids.accepted(id);
    this.#ids.remember(accepted, submission.to, submission.settled);
    return accepted;
  }

  /**
   * Resolves when the report is durable or there is nothing to report; one at a time for one message. `numbers`:
   * those of the receipt, of which one is the recipient's.
   */
  async receive(
    { ids, state, error }: Receipt,
    numbers: readonly string[],
    listener: CarrierListener,
  ): Promise<void> {
    if (state === 'on-its-way') return;
    const part = await this.#part(ids, numbers);
    if (part === 'foreign') {
      this.#log.info({}, 'an SMPP receipt has the id of a text to another number');
      return;
    }
    await part?.settled;
    if (part?.reported) return;
    const id = part?.id ?? this.#ids.unknown(ids);
    await listener.report({ id, outcome: state, ...(error === undefined ? {} : { error }) });
    if (part !== undefined) part.reported = true;
  }

  async #part(ids: readonly string[], numbers: readonly string[]): Promise<SentPart | 'foreign' | undefined> {
    const known = this.#ids.find(ids, numbers);
    this.#tellLearnt();
    if (known !== undefined && known !== 'foreign') return known;
    const candidates = [...this.#flying()].filter(({ to }) =>
      numbers.some((number) => sameNumber(number, to)),
    );
    if (candidates.length === 0) return known;
    await Promise.all(candidates.map(({ settled }) => settled));
    return this.#ids.find(ids, numbers);
  }

  /** Said once, so that the operator can set it: what is learnt is forgotten with the process. */
  #tellLearnt(): void {
    if (this.#told || this.#ids.learnt === undefined) return;
    this.#told = true;
    this.#log.info({ receiptIds: this.#ids.learnt }, 'found out how the centre writes ids in receipts');
  }
}
