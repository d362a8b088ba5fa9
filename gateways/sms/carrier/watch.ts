import { type BackoffOptions, backoffMs } from './backoff.js';
import type { CarrierState } from './carrier.js';

/** Growing pauses between looks at a peer that is away. */
export type Pauses = Omit<BackoffOptions, 'jitter'>;

/**
 * The state of a peer that is asked, not connected to: looked at when it starts, and again after growing pauses while
 * it is away. What every request shows counts as a look. One that refuses the credentials is not asked again by itself:
 * the next request that works ends that.
 */
export class PeerWatch {
  readonly #look: () => Promise<CarrierState>;
  readonly #tell: (state: CarrierState) => void;
  readonly #pauses: Pauses;
  #state: CarrierState = { state: 'idle' };
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `look` never rejects; `tell` is called when the state has changed. */
  constructor(look: () => Promise<CarrierState>, tell: (state: CarrierState) => void, pauses: Pauses) {
    this.#look = look;
    this.#tell = tell;
    this.#pauses = pauses;
  }

  start(): void {
    this.#change({ state: 'connecting' });
    void this.#again();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#change({ state: 'idle' });
  }

  /** What a request has shown. */
  seen(state: CarrierState): void {
    if (this.#stopped) return;
    this.#change(state);
    if (state.state === 'unreachable') {
      if (this.#timer) return;
      // Nobody else waits for this peer, so the pauses need not be spread.
      const pause = backoffMs({ ...this.#pauses, jitter: 0 }, this.#attempts, 0);
      this.#attempts += 1;
      this.#timer = setTimeout(() => void this.#again(), pause);
      return;
    }
    this.#attempts = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #again(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.seen(await this.#look());
  }

  #change(state: CarrierState): void {
    if (state.state === this.#state.state) return;
    this.#state = state;
    this.#tell(state);
  }
}
