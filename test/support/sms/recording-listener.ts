import type {
  CarrierInbound,
  CarrierListener,
  CarrierReport,
  CarrierState,
} from '../../../gateways/sms/carrier/carrier.js';

/** Takes what a carrier brings, and lets a test wait for it. */
export class RecordingListener implements CarrierListener {
  readonly messages: CarrierInbound[] = [];
  readonly reports: CarrierReport[] = [];
  readonly states: CarrierState[] = [];
  /** What becomes of the next messages: each is awaited before the listener resolves. */
  hold: (() => Promise<void>) | undefined;
  readonly #waiting = new Set<() => void>();

  async message(message: CarrierInbound): Promise<void> {
    await this.hold?.();
    this.messages.push(message);
    this.#looked();
  }

  async report(report: CarrierReport): Promise<void> {
    await this.hold?.();
    this.reports.push(report);
    this.#looked();
  }

  state(state: CarrierState): void {
    this.states.push(state);
    this.#looked();
  }

  /** Resolves with what `find` finds, now or later. */
  until<T>(find: (listener: this) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const found = find(this);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #looked(): void {
    for (const look of [...this.#waiting]) look();
  }
}
