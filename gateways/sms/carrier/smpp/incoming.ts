import type { Log } from '../../../../src/gateway/gateway.js';
import { characterSetOf, decodeBody } from '../../text/data-coding.js';
import { readHeader } from '../../text/user-data-header.js';
import type { CarrierListener } from '../carrier.js';
import type { LineStore } from '../line-store.js';
import { status } from './command-status.js';
import { type Delivery, readDelivery } from './delivery.js';
import { KeptParts } from './kept-parts.js';
import { KeyedQueue } from './keyed-queue.js';
import type { Link } from './link.js';
import { fromSmppAddress } from './number-plan.js';
import type { SmppOptions } from './options.js';
import { PartJoiner } from './part-joiner.js';
import type { PDU } from './pdu.js';
import { kindOf, readReceipt } from './receipt.js';
import type { Receipts } from './receipts.js';
import { type Arrival, Repeats } from './repeats.js';

/** esm_class: the text begins with a user data header (SMPP 3.4 §5.2.12). */
const headerIndicator = 0x40;
/** Entries read from the store at once. */
const pageSize = 500;

/** Takes deliver_sm and data_sm; each is answered when what it brought is durable, never before. */
export class Incoming {
  readonly #options: SmppOptions;
  readonly #log: Log;
  readonly #store: LineStore;
  readonly #receipts: Receipts;
  readonly #listener: CarrierListener;
  readonly #kept: KeptParts;
  readonly #joiner: PartJoiner;
  readonly #repeats: Repeats;
  /** Messages of one author in the order they came, reports on one message, too. */
  readonly #queue = new KeyedQueue();
  #busy = 0;

  constructor(
    options: SmppOptions,
    log: Log,
    store: LineStore,
    receipts: Receipts,
    listener: CarrierListener,
  ) {
    this.#options = options;
    this.#log = log;
    this.#store = store;
    this.#receipts = receipts;
    this.#listener = listener;
    this.#kept = new KeptParts(store, options);
    this.#joiner = new PartJoiner(options, log, this.#kept, this.#queue, listener);
    this.#repeats = new Repeats(store, options);
  }

  /** Reads what an earlier process has kept; before the first delivery. Rejects as the store does. */
  async load(): Promise<void> {
    for (let after = ''; ; ) {
      const page = await this.#store.list(after, pageSize);
      for (const entry of page) {
        this.#kept.restore(entry);
        this.#repeats.restore(entry);
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.key;
    }
    this.#joiner.watch();
  }

  /** A request of the centre's. Never throws. */
  delivery(link: Link, pdu: PDU): void {
    if (this.#busy >= this.#options.limits.incoming) {
      link.answer(pdu, status.temporaryError);
      return;
    }
    this.#busy++;
    const delivery = readDelivery(pdu);
    const arrival = { link: link.progress, sequence: pdu.sequence_number, since: performance.now() };
    void this.#take(delivery, arrival)
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, 'an SMPP delivery could not be taken now');
        return status.temporaryError;
      })
      .then((code) => {
        this.#busy--;
        link.answer(pdu, code);
        this.#repeats.answered(delivery, arrival, link.mark, code === status.ok);
      });
  }

  /** Resolves when everything that has come is dealt with, or after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.#joiner.stop();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.#queue.idle(), patience]);
    clearTimeout(timer);
  }

  /** Resolves with the command_status of the answer. */
  async #take(delivery: Delivery, arrival: Arrival): Promise<number> {
    const kind = kindOf(delivery);
    if (kind === 'receipt') return this.#receipt(delivery);
    // Acknowledgements that a handset or its user makes: nobody has asked for them.
    if (kind === 'other') return status.ok;
    const from = fromSmppAddress(delivery.source);
    return this.#queue.run(from, () => this.#text(delivery, arrival, from));
  }

  async #receipt(delivery: Delivery): Promise<number> {
    const receipt = readReceipt(delivery);
    if (receipt === undefined) {
      this.#log.info({ esmClass: delivery.esmClass }, 'an SMPP receipt cannot be read');
      return status.ok;
    }
    const numbers = [delivery.source.address, delivery.destination.address];
    await this.#queue.run(`receipt:${receipt.ids[0]}`, () =>
      this.#receipts.receive(receipt, numbers, this.#listener),
    );
    return status.ok;
  }

  async #text(delivery: Delivery, arrival: Arrival, from: string): Promise<number> {
    const { content, esmClass, sar } = delivery;
    const to = fromSmppAddress(delivery.destination);
    const set = characterSetOf(delivery.dataCoding, this.#options.defaultAlphabet);
    const split = (esmClass & headerIndicator) === 0 ? undefined : readHeader(content);
    const { concatenation = sar, locking, single, forPrograms } = split?.header ?? {};
    const body = content.subarray(split?.length ?? 0);
    if (forPrograms || set === 'binary') return status.permanentError;
    if (concatenation !== undefined && concatenation.total > 1) {
      const verdict = await this.#joiner.take({ from, to, concatenation, set, locking, single, body });
      if (verdict === 'taken') return status.ok;
      if (verdict === 'later') return status.temporaryError;
    }
    const text = decodeBody(body, set, { locking, single });
    if (text === undefined) return status.permanentError;
    const id = await this.#repeats.identify(delivery, arrival);
    await this.#listener.message({ id, from, to, text });
    return status.ok;
  }
}
