import type { Gateway, GatewayEnvironment } from '../../src/gateway/gateway.js';
import { SmsGateway } from './gateway.js';
import { optionsSchema, type SmsOptions } from './options.js';

/** The telephone network, for the registry. */
export const smsModule = {
  id: 'sms',
  optionsSchema,
  create(options: SmsOptions, environment: GatewayEnvironment): Gateway {
    return new SmsGateway(options, environment);
  },
};
