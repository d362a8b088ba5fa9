import type { GatewayEnvironment } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { CarrierOptions } from '../options.js';
import type { Carrier } from './carrier.js';
import type { CarrierEnvironment } from './environment.js';
import { GammuCarrier } from './gammu/gammu-carrier.js';
import { KannelCarrier } from './kannel/kannel-carrier.js';
import { StatePartStore } from './part-store.js';
import { SmppCarrier } from './smpp/smpp-carrier.js';
import { TwilioCarrier } from './twilio/twilio-carrier.js';

/**
 * The back end that the options name. `path` is where its provider calls back; `owner` is the user whose own account
 * with a provider it is. Does no I/O.
 */
export function makeCarrier(
  { log, webhooks, state }: GatewayEnvironment,
  name: string,
  options: CarrierOptions,
  path: string,
  owner?: AccountId,
): Carrier {
  const environment: CarrierEnvironment = { log, webhooks, path };
  switch (options.kind) {
    case 'smpp':
      return new SmppCarrier(options, { ...environment, parts: new StatePartStore(state, name, owner) });
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
