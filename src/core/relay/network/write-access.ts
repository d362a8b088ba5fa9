import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import type { LegState } from '../leg.js';

/** What it takes to know whether a leg may write. */
export interface WriteAccessServices {
  /** Why the network lets nobody of ours write there, where it knows. */
  whySilent(): Text | undefined;
  /** What stands against writing is another thing now. */
  changed(): void;
}

/** How often something that was forbidden is tried before it is given up: rights may have just been lost. */
const MOST_FORBIDDEN = 2;

/**
 * Whether a leg that is in its room may write there. Where the network wants to be left alone for a while, or has taken
 * away the right to write, what is to be told waits; what is said there is heard all the same.
 */
export class WriteAccess {
  #waiting: { readonly state: LegState; readonly timer: NodeJS.Timeout } | undefined;
  #silence: Text | undefined;
  #forbidden: { readonly crossing: string; readonly times: number } | undefined;

  constructor(private readonly services: WriteAccessServices) {}

  /** Undefined: it may write. */
  get hindrance(): LegState | undefined {
    if (this.#silence) return { state: 'refused', reason: this.#silence };
    return this.#waiting?.state;
  }

  /** Rights there may be others now. */
  look(): void {
    const silence = this.services.whySilent();
    if (silence?.key === this.#silence?.key) return;
    this.#silence = silence;
    this.services.changed();
  }

  /** What becomes of a crossing that has failed: the error for the relay. */
  failed(error: unknown, crossing: string): unknown {
    if (!(error instanceof GatewayError)) return error;
    if (error.retryable && error.retryAfterMs !== undefined) this.#wait(error.text, error.retryAfterMs);
    if (error.code !== 'forbidden') return error;
    this.look();
    const times = this.#forbidden?.crossing === crossing ? this.#forbidden.times + 1 : 1;
    this.#forbidden = { crossing, times };
    if (!this.#silence && times >= MOST_FORBIDDEN) return error;
    return new GatewayError(error.code, error.text, 'not-sent', true);
  }

  /** The leg is out of the room, or ends. */
  reset(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = undefined;
    this.#silence = undefined;
  }

  #wait(reason: Text, forMs: number): void {
    clearTimeout(this.#waiting?.timer);
    const timer = setTimeout(() => {
      this.#waiting = undefined;
      this.services.changed();
    }, forMs);
    timer.unref();
    this.#waiting = { state: { state: 'away', reason }, timer };
    this.services.changed();
  }
}
