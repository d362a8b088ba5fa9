import type { DeliveryReport, InboundEvent } from '../../gateway/event.js';
import type { GatewayHost } from '../../gateway/gateway.js';
import type { AccountId } from '../../gateway/ids.js';

/** What a domain does with what its network says outside of sessions. */
export interface NetworkHostServices {
  emit(account: AccountId, event: InboundEvent): Promise<void>;
  report(report: DeliveryReport): Promise<void>;
}

/** Stands for the domain while the network is being made, which the domain itself is made with. */
export class NetworkHost implements GatewayHost {
  #services: NetworkHostServices | undefined;

  attach(services: NetworkHostServices): void {
    this.#services = services;
  }

  emit(account: AccountId, event: InboundEvent): Promise<void> {
    return this.#ready().emit(account, event);
  }

  report(report: DeliveryReport): Promise<void> {
    return this.#ready().report(report);
  }

  /** @throws {Error} before the domain is there: a network does nothing before `start` */
  #ready(): NetworkHostServices {
    if (!this.#services) throw new Error('the network spoke before it was started');
    return this.#services;
  }
}
