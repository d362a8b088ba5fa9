import type { StanzaSink } from '../../src/core/domain.js';

/** A component stream that only remembers; everything sent counts as read by the server. */
export class RecordingSink implements StanzaSink {
  readonly sent: string[] = [];
  readonly congested = false;

  send(xml: string): void {
    this.sent.push(xml);
  }

  async drained(): Promise<void> {}

  async whenConfirmed(): Promise<void> {}

  /** What was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0);
  }
}
