import type { Gateway, GatewayEnvironment } from '../../src/gateway/gateway.js';
import { TelegramGateway } from './gateway.js';
import { optionsSchema, type TelegramOptions } from './options.js';

/** Telegram, for the registry. */
export const telegramModule = {
  id: 'telegram',
  optionsSchema,
  create(options: TelegramOptions, environment: GatewayEnvironment): Gateway {
    return new TelegramGateway(options, environment);
  },
};
