import type { DeliveryReport } from '../../gateway/event.js';

/** Messages of users to people of a network that stores and forwards. */
export class Outbox {
  report(_report: DeliveryReport): Promise<void> {
    return Promise.resolve();
  }
}
