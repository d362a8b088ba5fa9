import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountView, Command } from '../../../src/gateway/gateway.js';
import type { CommandEnvironment } from './command-environment.js';
import { listFolders } from './list-folders.js';
import { settingsStep } from './settings-form.js';

/** What users can ask about their account that has no place in XMPP itself. */
export function accountCommands(environment: CommandEnvironment): readonly Command[] {
  return [
    {
      name: 'mail-settings',
      title: { key: 'email-command-settings' },
      scope: 'service',
      access: 'account',
      start: async ({ account }) => settingsStep(registered(account)),
    },
    {
      name: 'folders',
      title: { key: 'email-command-folders' },
      scope: 'service',
      access: 'account',
      start: ({ account }) => listFolders(environment, registered(account)),
    },
  ];
}

function registered(account: AccountView | undefined): AccountView {
  if (!account) throw new GatewayError('registered-only', { key: 'email-no-way' });
  return account;
}
