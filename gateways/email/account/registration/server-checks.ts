import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { GatewayEnvironment } from '../../../../src/gateway/gateway.js';
import { resolveTarget, serverUnreachable } from '../../mail/target.js';
import { checkImap } from '../../mailbox/check-imap.js';
import { mailboxGates } from '../../mailbox/gate.js';
import type { EmailOptions } from '../../options.js';
import { SmtpLink } from '../../outbound/smtp/smtp-link.js';
import type { LoginCheck, LoginChecks } from './login-check.js';

/** Tries logins with the servers themselves: the same code that will read and send. */
export function loginChecks(options: EmailOptions, environment: GatewayEnvironment): LoginChecks {
  const { targets, software, domain } = environment;
  const { trialMs } = options.accounts;
  // Its own, so that those who register do not wait for those who come back after a restart.
  const gates = mailboxGates(options.mailbox);
  const imap: LoginCheck = async (server, listed, login) => {
    const credentials = { login: async () => login, revoke: async () => undefined };
    const parts = { server, listed, credentials, targets, options: options.mailbox, gates, software };
    const signal = AbortSignal.timeout(trialMs);
    await checkImap(parts, signal).catch((error: unknown) => {
      throw error === signal.reason ? serverUnreachable(server.host) : error;
    });
  };
  const smtp: LoginCheck = async (server, listed, login) => {
    const target = await resolveTarget(server, targets, listed);
    const link = await SmtpLink.open({
      server,
      target,
      ca: server.caFile === undefined ? undefined : await readFile(server.caFile, 'utf8'),
      name: options.domain?.name ?? domain,
      timeouts: { connectMs: trialMs, silenceMs: trialMs, mailMs: trialMs },
    });
    try {
      await link.login(login);
    } catch (error) {
      // Such as a server that is busy: it has said neither yes nor no.
      if (error instanceof GatewayError && error.code !== 'bad-credentials')
        throw new GatewayError('network-unreachable', error.text, 'not-sent', true);
      throw error;
    } finally {
      link.close();
    }
  };
  return { imap, smtp };
}
