import type { TargetPolicy } from '../../../src/gateway/gateway.js';
import type { Credentials } from '../account/credentials.js';
import type { MailboxSettings } from '../account/settings.js';
import { MailboxFailure } from './failure.js';
import type { MailboxGates } from './gate.js';
import { ImapLink } from './imap-link.js';
import type { MailboxOptions } from './options.js';

/** What a login needs. */
export interface LoginParts {
  readonly settings: Pick<MailboxSettings, 'imap'>;
  readonly credentials: Credentials;
  readonly targets: TargetPolicy;
  readonly options: MailboxOptions;
  readonly gates: MailboxGates;
  readonly software: { readonly name: string; readonly version: string };
  /** The operator has listed the server. */
  readonly listed: boolean;
}

/**
 * Connects and logs in, when it is this mailbox's turn; an access token that is refused is renewed once. Rejects with
 * MailboxFailure, or GatewayError of the credentials or the target.
 */
export function logIn(parts: LoginParts, signal: AbortSignal): Promise<ImapLink> {
  const link = { ...parts, server: parts.settings.imap };
  return parts.gates.connecting.run(signal, async () => {
    const login = await parts.credentials.login();
    try {
      return await ImapLink.open(link, login, signal);
    } catch (error) {
      const refused = error instanceof MailboxFailure && error.kind === 'credentials';
      if (!refused || !('accessToken' in login)) throw error;
      return ImapLink.open(link, await parts.credentials.login(true), signal);
    }
  });
}
