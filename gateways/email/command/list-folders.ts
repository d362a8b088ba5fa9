import { GatewayError } from '../../../src/gateway/error.js';
import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import { settingsOf } from '../account/settings.js';
import type { CommandEnvironment } from './command-environment.js';

/** Lines of the answer: more belong into no message. */
const MAX_SHOWN = 200;

/**
 * Folders of the user's mailbox, as the settings name them.
 * @throws {GatewayError} when it cannot be asked
 */
export async function listFolders(
  { foldersOf }: CommandEnvironment,
  account: AccountView,
): Promise<Step<AccountChange>> {
  const { mailbox, folders: watched } = settingsOf(account);
  if (!mailbox) throw new GatewayError('unsupported', { key: 'email-no-mailbox' });
  const folders = [...(await foldersOf(account))].sort();
  const left = folders.length - MAX_SHOWN;
  return {
    kind: 'done',
    result: {},
    note: { key: 'email-folders-instructions' },
    lines: [
      ...folders
        .slice(0, MAX_SHOWN)
        .map((path) =>
          watched.includes(path)
            ? { key: 'email-folder-watched', args: { path } }
            : { key: 'email-folder', args: { path } },
        ),
      ...(left > 0 ? [{ key: 'email-folders-more', args: { left } }] : []),
    ],
  };
}
