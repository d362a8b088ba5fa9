import type { Gateway, GatewayEnvironment } from '../../src/gateway/gateway.js';
import { IrcGateway } from './gateway.js';
import { type IrcOptions, optionsSchema } from './options.js';

/** The IRC network, for the registry. */
export const ircModule = {
  id: 'irc',
  optionsSchema,
  create(options: IrcOptions, environment: GatewayEnvironment): Gateway {
    return new IrcGateway(options, environment);
  },
};

export type { IrcOptions } from './options.js';
