import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import { settingsOf } from '../account/settings.js';
import type { EmailContext } from '../context.js';
import { serverUnreachable } from '../mail/target.js';
import { checkImap } from '../mailbox/check-imap.js';
import { mailboxGates } from '../mailbox/gate.js';

/** What commands about the account ask of the rest. */
export interface CommandEnvironment {
  /** Paths of the folders of the account's mailbox. Rejects with GatewayError. */
  foldersOf(account: AccountView): Promise<readonly string[]>;
}

/** Asks the mailbox itself, by a connection of its own. */
export function commandEnvironment(
  context: Pick<EmailContext, 'options' | 'environment' | 'accounts'>,
): CommandEnvironment {
  const { options, environment, accounts } = context;
  const { targets, software } = environment;
  const gates = mailboxGates(options.mailbox);
  return {
    async foldersOf(account) {
      const { mailbox } = settingsOf(account);
      const credentials = accounts.credentialsOf(account);
      if (!mailbox || !credentials) throw new GatewayError('unsupported', { key: 'email-no-mailbox' });
      const { imap: server, listed } = accounts.providers.serversOf(mailbox);
      const signal = AbortSignal.timeout(options.accounts.trialMs);
      const parts = { server, listed, credentials, targets, options: options.mailbox, gates, software };
      const { folders } = await checkImap(parts, signal).catch((error: unknown) => {
        throw error === signal.reason ? serverUnreachable(server.host) : error;
      });
      return folders;
    },
  };
}
