import type { CarrierListener } from '../carrier.js';
import type { CarrierEnvironment } from '../environment.js';
import type { HttpCaller } from '../http-call.js';
import { InboundLedger } from '../inbound-ledger.js';
import { PendingTexts } from '../pending-texts.js';
import type { TwilioOptions } from './options.js';
import { type ReceivedText, readReceivedText, toInbound } from './received-text.js';

/**
 * What comes in, each message once. One with pictures is durable before they are fetched, which may take longer than
 * the 15 seconds that Twilio waits for an answer.
 */
export class TwilioInbound {
  readonly #options: TwilioOptions;
  readonly #caller: HttpCaller;
  readonly #listener: CarrierListener;
  readonly #ledger: InboundLedger;
  readonly #pending: PendingTexts;

  constructor(
    options: TwilioOptions,
    { log, seenMs, store }: CarrierEnvironment,
    caller: HttpCaller,
    listener: CarrierListener,
  ) {
    this.#options = options;
    this.#caller = caller;
    this.#listener = listener;
    this.#ledger = new InboundLedger(store('seen'), seenMs);
    const limits = {
      concurrent: options.mediaAtOnce,
      pending: options.mediaPending,
      pauses: options.reconnect,
    };
    this.#pending = new PendingTexts(store('pending'), limits, log, async (value) => {
      const text = readReceivedText(value);
      if (text) await this.#take(text);
    });
  }

  start(): void {
    this.#pending.start();
  }

  /** Whether a message was taken before. */
  has(id: string): Promise<boolean> {
    return this.#ledger.has(id);
  }

  /** Resolves when the message is durable, here or where it belongs; rejects when it is to come again. */
  async receive(text: ReceivedText): Promise<void> {
    if (text.media.length === 0) await this.#take(text);
    else if (!(await this.has(text.id))) await this.#pending.add(text.id, text);
  }

  stop(ms: number): Promise<void> {
    return this.#pending.stop(ms);
  }

  #take(text: ReceivedText): Promise<void> {
    const message = toInbound(text, this.#options, this.#caller);
    return this.#ledger.take(text.id, () => this.#listener.message(message));
  }
}
