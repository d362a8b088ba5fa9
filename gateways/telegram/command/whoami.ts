import { GatewayError } from '../../../src/gateway/error.js';
import type { Command } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { settingsOf } from '../account/settings.js';
import { cleanLine, personName } from '../content/names.js';
import type { TelegramContext } from '../context.js';
import { inWords } from '../failure.js';
import { TelegramSession } from '../session.js';

/** Whose Telegram account it is, and how the gateway is seen from there. */
export function whoamiCommand({ options }: Pick<TelegramContext, 'options'>): Command {
  return {
    name: 'whoami',
    title: { key: 'telegram-command-whoami' },
    scope: 'service',
    access: 'account',
    start: async ({ session, account }) => {
      if (!(session instanceof TelegramSession) || !settingsOf(account))
        throw new GatewayError('registered-only', { key: 'telegram-register-first' });
      const me = await inWords(session.client.me());
      const { bot, username, phone } = me;
      const args = { name: personName(me) };
      const note: Text = bot ? { key: 'telegram-whoami-bot', args } : { key: 'telegram-whoami-person', args };
      return {
        kind: 'done',
        result: {},
        note,
        lines: [
          ...(username ? [{ key: 'telegram-whoami-username', args: { username: cleanLine(username) } }] : []),
          ...(phone ? [{ key: 'telegram-whoami-phone', args: { phone: `+${phone}` } }] : []),
          { key: 'telegram-whoami-device', args: { device: options.device } },
        ],
      };
    },
  };
}
