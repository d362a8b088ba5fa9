import type { Command } from '../../../src/gateway/gateway.js';
import type { TelegramContext } from '../context.js';
import { devicesCommand } from './devices.js';
import { endLoginCommand } from './end-login.js';
import { groupCommands } from './group-commands.js';
import { proxiesCommand } from './proxies.js';
import { whoamiCommand } from './whoami.js';

/** What users can ask that has no place in XMPP itself. */
export function telegramCommands(context: TelegramContext): readonly Command[] {
  return [
    ...groupCommands(context.environment.domain),
    whoamiCommand(context),
    devicesCommand(),
    endLoginCommand(),
    ...(context.options.userProxies ? [proxiesCommand()] : []),
  ];
}
