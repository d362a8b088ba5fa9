import type { Gateway, GatewayEnvironment } from '../../src/gateway/gateway.js';
import { adviceOn } from './advice.js';
import { SmsGateway } from './gateway.js';
import { optionsSchema, type SmsOptions } from './options.js';

/** Kinds of carriers that bring messages and reports by calling us. */
const CALLING: ReadonlySet<string> = new Set(['kannel', 'twilio']);

/** The telephone network, for the registry. */
export const smsModule = {
  id: 'sms',
  optionsSchema,
  needsHttp: ({ carriers, providers }: SmsOptions): boolean =>
    [...Object.values(carriers), ...Object.values(providers)].some(({ kind }) => CALLING.has(kind)),
  advice: adviceOn,
  create(options: SmsOptions, environment: GatewayEnvironment): Gateway {
    return new SmsGateway(options, environment);
  },
};
