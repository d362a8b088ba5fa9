import type { TargetPolicy } from '../../../src/gateway/gateway.js';
import type { Credentials } from '../account/credentials.js';
import type { MailServer } from '../mail/server-options.js';
import { MailboxFailure } from './failure.js';
import type { MailboxGates } from './gate.js';
import { ImapLink } from './imap-link.js';
import type { MailboxOptions } from './options.js';

/** What a login needs. */
export interface LoginParts {
  readonly server: MailServer;
  /** The operator has listed the server: it may be a private one. */
  readonly listed: boolean;
  readonly credentials: Credentials;
  readonly targets: TargetPolicy;
  readonly options: MailboxOptions;
  readonly gates: MailboxGates;
  readonly software: { readonly name: string; readonly version: string };
}

/**
 * Connects and logs in, when it is this mailbox's turn; an access token that is refused is renewed once. Rejects with
 * MailboxFailure, or GatewayError of the credentials or the target.
 */
export function logIn(parts: LoginParts, signal: AbortSignal): Promise<ImapLink> {
  return parts.gates.connecting.run(signal, async () => {
    const login = await parts.credentials.login();
    try {
      return await ImapLink.open(parts, login, signal);
    } catch (error) {
      const refused = error instanceof MailboxFailure && error.kind === 'credentials';
      if (!refused || !('accessToken' in login)) throw error;
      return ImapLink.open(parts, await parts.credentials.login(true), signal);
    }
  });
}
