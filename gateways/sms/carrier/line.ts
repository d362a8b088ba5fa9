import { GatewayError } from '../../../src/gateway/error.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { Acceptance, ConnectionState } from '../../../src/gateway/session.js';
import type {
  Carrier,
  CarrierInbound,
  CarrierListener,
  CarrierMessage,
  CarrierReport,
  CarrierState,
} from './carrier.js';

/** What a line hands on; promises resolve when it is durable. */
export interface LineListener {
  message(line: CarrierLine, message: CarrierInbound): Promise<void>;
  report(line: CarrierLine, id: NetworkMessageId, report: CarrierReport): Promise<void>;
  state(line: CarrierLine, state: ConnectionState): void;
}

/** A carrier under its name: ids of several carriers must not meet. */
export class CarrierLine implements CarrierListener {
  #state: CarrierState = { state: 'idle' };

  constructor(
    /** Stable: part of the ids that are kept. */
    readonly name: string,
    readonly carrier: Carrier,
    private readonly listener: LineListener,
  ) {}

  get connection(): ConnectionState {
    switch (this.#state.state) {
      case 'unreachable':
        return { state: 'transient-failure', text: { key: 'sms-carrier-away' } };
      case 'refused':
        return { state: 'bad-credentials', text: { key: 'sms-carrier-refused' } };
      default:
        return { state: this.#state.state };
    }
  }

  start(): void {
    this.carrier.start(this);
  }

  /** @throws {GatewayError} as {@link Carrier.send} */
  async send(message: CarrierMessage): Promise<Acceptance> {
    if (message.attachments !== undefined && !this.carrier.media)
      throw new GatewayError('unsupported', { key: 'sms-no-media' });
    const { ids } = await this.carrier.send(message);
    return { ids: ids.map((id) => this.idOf(id)) };
  }

  stop(): Promise<void> {
    return this.carrier.stop();
  }

  /** The network's id of a message of this carrier. */
  idOf(id: string): NetworkMessageId {
    return `${this.name}:${id}` as NetworkMessageId;
  }

  message(message: CarrierInbound): Promise<void> {
    return this.listener.message(this, message);
  }

  report(report: CarrierReport): Promise<void> {
    return this.listener.report(this, this.idOf(report.id), report);
  }

  state(state: CarrierState): void {
    // One that was refused and is stopped therefore has not ended well.
    if (state.state === 'idle' && this.#state.state === 'refused') return;
    this.#state = state;
    this.listener.state(this, this.connection);
  }
}
