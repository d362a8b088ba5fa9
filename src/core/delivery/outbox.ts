import { GatewayError } from '../../gateway/error.js';
import type { DeliveryReport } from '../../gateway/event.js';
import type { Account } from '../account/account.js';
import type { Outgoing } from './outgoing.js';

/** Messages of users to people of a network that stores and forwards. */
export class Outbox {
  /**
   * Takes a message of the user; resolves when it is committed. What becomes of it is told to its author.
   * @throws {GatewayError} `limit` when too many of the user's messages wait
   */
  async submit(_account: Account, _outgoing: Outgoing): Promise<void> {
    throw new GatewayError('unsupported', { key: 'error-internal' });
  }

  /** Takes a message back that waits; false when there is none, or the network has it or may have it. */
  async cancel(_account: Account, _id: string): Promise<boolean> {
    return false;
  }

  report(_report: DeliveryReport): Promise<void> {
    return Promise.resolve();
  }
}
