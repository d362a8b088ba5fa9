import type { GatewayEnvironment } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { CarrierOptions } from '../options.js';
import type { Carrier } from './carrier.js';
import type { CarrierEnvironment } from './environment.js';
import { GammuCarrier } from './gammu/gammu-carrier.js';
import { KannelCarrier } from './kannel/kannel-carrier.js';
import { LineStore } from './line-store.js';
import { SmppCarrier } from './smpp/smpp-carrier.js';
import { TwilioCarrier } from './twilio/twilio-carrier.js';

/** One way out as the gateway or a user has it. */
interface CarrierPlace extends Pick<CarrierEnvironment, 'path' | 'numbers' | 'seenMs'> {
  /** Stable: part of what is kept. */
  readonly name: string;
  /** The user whose own account with a provider it is. */
  readonly owner?: AccountId;
}

/** The back end that the options name. Does no I/O. */
export function makeCarrier(
  { log, webhooks, state }: GatewayEnvironment,
  options: CarrierOptions,
  { name, owner, path, numbers, seenMs }: CarrierPlace,
): Carrier {
  const environment: CarrierEnvironment = {
    log,
    webhooks,
    path,
    numbers,
    owned: owner !== undefined,
    seenMs,
    store: (kind) => new LineStore(state, kind, name, owner),
  };
  switch (options.kind) {
    case 'smpp':
      return new SmppCarrier(options, { log, parts: environment.store('parts') });
    case 'kannel':
      return new KannelCarrier(options, environment);
    case 'gammu':
      return new GammuCarrier(options, environment);
    case 'twilio':
      return new TwilioCarrier(options, environment);
    default:
      return options satisfies never;
  }
}
