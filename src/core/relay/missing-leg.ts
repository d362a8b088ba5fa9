import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { Leg, LegState } from './leg.js';
import type { LegId } from './model.js';

/** A room of a network that the gateway does not have any more: kept, since the operator may bring it back. */
export class MissingLeg implements Leg {
  readonly window = 1;
  readonly state: LegState;

  constructor(
    readonly id: LegId,
    private readonly reason: Text,
  ) {
    this.state = { state: 'refused', reason };
  }

  start(): void {}

  async stop(): Promise<void> {}

  async cross(): Promise<readonly string[]> {
    throw this.#gone();
  }

  signal(): void {}

  async say(): Promise<void> {
    throw this.#gone();
  }

  describe(): readonly Text[] {
    return [];
  }

  #gone(): GatewayError {
    return new GatewayError('network-unreachable', this.reason, 'not-sent', true);
  }
}
