import { GatewayError } from '../../../../src/gateway/error.js';
import type { Text } from '../../../../src/gateway/text.js';
import type { MailServer } from '../../mail/server-options.js';
import type { Login } from '../credentials.js';
import type { Provider } from '../provider/providers.js';

/**
 * Logs in to a server and out again. Rejects with GatewayError: `bad-credentials` when the server refuses the login,
 * `network-unreachable` when it says neither yes nor no.
 */
export type LoginCheck = (server: MailServer, listed: boolean, login: Login) => Promise<void>;

/** Both servers of a mailbox. */
export interface LoginChecks {
  readonly imap: LoginCheck;
  readonly smtp: LoginCheck;
}

/** What is to be tried. */
export interface MailboxTrial {
  readonly imap: MailServer;
  readonly smtp: MailServer;
  readonly provider?: Provider | undefined;
  /** Login names, the likeliest first. */
  readonly users: readonly string[];
  loginAs(user: string): Login;
}

/** The name that both servers take, or which of them refused. */
export type TrialResult =
  | { readonly kind: 'taken'; readonly user: string }
  | { readonly kind: 'refused'; readonly by: 'imap' | 'smtp' };

/**
 * Tries IMAP, then SMTP.
 * @throws {GatewayError} `network-unreachable` (C07)
 */
export async function tryMailbox(
  { imap, smtp, provider, users, loginAs }: MailboxTrial,
  checks: LoginChecks,
): Promise<TrialResult> {
  const listed = provider?.listed === true;
  for (const user of users) {
    const login = loginAs(user);
    if (!(await takes(checks.imap(imap, listed, login)))) continue;
    const whole = await takes(checks.smtp(smtp, listed, login));
    return whole ? { kind: 'taken', user } : { kind: 'refused', by: 'smtp' };
  }
  return { kind: 'refused', by: 'imap' };
}

async function takes(check: Promise<void>): Promise<boolean> {
  try {
    await check;
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'bad-credentials') return false;
    throw error;
  }
}

/** Who refused a password, and what may be the reason with that provider (C06). */
export function refusalText({ imap, smtp, provider }: MailboxTrial, by: 'imap' | 'smtp'): Text {
  const { host } = by === 'imap' ? imap : smtp;
  const hint = provider?.hint;
  switch (hint?.kind) {
    case 'app-password':
      return { key: 'email-refused-app-password', args: { host, link: hint.link } };
    case 'switch-on':
      return { key: 'email-refused-switch-on', args: { host, link: hint.link } };
    case 'oauth-only':
      return provider?.oauth
        ? { key: 'email-refused-use-oauth', args: { host } }
        : { key: 'email-refused-oauth-only', args: { host } };
    default:
      return by === 'imap'
        ? { key: 'email-imap-refused', args: { host } }
        : { key: 'email-smtp-refused', args: { host } };
  }
}
