import type { Gateway, GatewayEnvironment } from '../../src/gateway/gateway.js';
import { adviceOn } from './advice.js';
import { TelegramGateway } from './gateway.js';
import { optionsSchema, type TelegramOptions } from './options.js';

/** Telegram, for the registry. */
export const telegramModule = {
  id: 'telegram',
  optionsSchema,
  advice: adviceOn,
  create(options: TelegramOptions, environment: GatewayEnvironment): Gateway {
    return new TelegramGateway(options, environment);
  },
};
