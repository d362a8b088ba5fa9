import { GatewayError } from '../../../src/gateway/error.js';
import { failureText, MailboxFailure } from './failure.js';
import { type FolderPlan, planFolders } from './folder-plan.js';
import { type LoginParts, logIn } from './log-in.js';

/** What a mailbox has. */
export interface ImapFacts {
  /** Paths of all folders, which are what a user may wish to see. */
  readonly folders: readonly string[];
  /** What would be watched without any wishes. */
  readonly plan: FolderPlan;
  /** As the server names them, upper case. */
  readonly capabilities: readonly string[];
}

/**
 * Logs in once and looks around.
 * @throws {GatewayError} `bad-credentials`; `network-unreachable` (retryable) when there is no server that can be used,
 *   with one text for all that may be a probe (S21); `rejected` when it may not be read
 */
export async function checkImap(parts: LoginParts, signal: AbortSignal): Promise<ImapFacts> {
  const { host } = parts.server;
  try {
    const link = await logIn(parts, signal);
    try {
      const listed = await link.command((client) => client.list());
      await link.command((client) => client.mailboxOpen('INBOX', { readOnly: true }));
      return {
        folders: listed.map(({ path }) => path),
        plan: planFolders(listed, []),
        capabilities: [...link.client.capabilities.keys()].map((name) => name.toUpperCase()),
      };
    } finally {
      await link.leave();
    }
  } catch (error) {
    if (!(error instanceof MailboxFailure)) throw error;
    const text = failureText(error, host);
    if (error.kind === 'credentials') throw new GatewayError('bad-credentials', text);
    if (error.kind === 'refused') throw new GatewayError('rejected', text);
    throw new GatewayError('network-unreachable', text, 'not-sent', true);
  }
}
