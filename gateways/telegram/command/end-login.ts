import { GatewayError } from '../../../src/gateway/error.js';
import type { Command } from '../../../src/gateway/gateway.js';
import { secretsWith, sessionOf } from '../account/settings.js';

/** Ends the login on Telegram's side and keeps the registration, with its settings, for another one. */
export function endLoginCommand(): Command {
  return {
    name: 'end-login',
    title: { key: 'telegram-command-end-login' },
    scope: 'service',
    access: 'account',
    start: async ({ account }) => {
      if (sessionOf(account) === undefined)
        throw new GatewayError('registered-only', { key: 'telegram-register-first' });
      return {
        kind: 'done',
        // The session of the account ends the login that it had before.
        result: { secrets: secretsWith(account, { session: '' }) },
        note: { key: 'telegram-login-ended' },
      };
    },
  };
}
