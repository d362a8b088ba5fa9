import type { Gateway, GatewayEnvironment } from '../../src/gateway/gateway.js';
import { needsBrowsers } from './account/advice.js';
import { adviceOn } from './advice.js';
import { EmailGateway } from './gateway.js';
import { type EmailOptions, optionsSchema } from './options.js';

/** Email, for the registry. */
export const emailModule = {
  id: 'email',
  optionsSchema,
  needsHttp: needsBrowsers,
  advice: adviceOn,
  create(options: EmailOptions, environment: GatewayEnvironment): Gateway {
    return new EmailGateway(options, environment);
  },
};
