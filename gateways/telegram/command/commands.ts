import type { Command } from '../../../src/gateway/gateway.js';
import type { TelegramContext } from '../context.js';
import { groupCommands } from './group-commands.js';
import { proxiesCommand } from './proxies.js';
import { sessionsCommand } from './sessions.js';

/** What users can ask that has no place in XMPP itself. */
export function telegramCommands(context: TelegramContext): readonly Command[] {
  return [
    ...groupCommands(context.environment.domain),
    sessionsCommand(),
    ...(context.options.userProxies ? [proxiesCommand()] : []),
  ];
}
