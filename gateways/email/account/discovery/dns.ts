import { Resolver } from 'node:dns/promises';
import type { MailServer } from '../../mail/server-options.js';

/** What is asked of the DNS; each resolves with nothing where there is nothing, or no answer. */
export interface DomainNames {
  /** Targets by RFC 2782 in their order; a root target, which means that there is no such service, is left out. */
  srv(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>;
  /** Mail exchangers, the preferred first; lower case. */
  mx(domain: string): Promise<readonly string[]>;
}

/** The machine's own resolvers. `timeoutMs`: for one question to one of them. */
export function systemNames(timeoutMs: number): DomainNames {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  return {
    async srv(name) {
      const records = await resolver.resolveSrv(name).catch(() => []);
      return records
        .filter((record) => record.name !== '' && record.name !== '.')
        .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
        .map((record) => ({ name: record.name.toLowerCase().replace(/\.$/, ''), port: record.port }));
    },
    async mx(domain) {
      const records = await resolver.resolveMx(domain).catch(() => []);
      return records
        .sort((a, b) => a.priority - b.priority)
        .map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, ''));
    },
  };
}

/** Servers by RFC 6186, TLS from the start first (RFC 8314 §5.1). */
export async function servicesOf(
  domain: string,
  names: DomainNames,
): Promise<{ readonly imap: MailServer; readonly smtp: MailServer } | undefined> {
  const [imaps, submissions, imap, submission] = await Promise.all([
    names.srv(`_imaps._tcp.${domain}`),
    names.srv(`_submissions._tcp.${domain}`),
    names.srv(`_imap._tcp.${domain}`),
    names.srv(`_submission._tcp.${domain}`),
  ]);
  const reading = first(imaps, imap);
  const sending = first(submissions, submission);
  return reading && sending && { imap: reading, smtp: sending };
}

type Targets = Awaited<ReturnType<DomainNames['srv']>>;

function first(tls: Targets, starttls: Targets): MailServer | undefined {
  if (tls[0]) return { host: tls[0].name, port: tls[0].port, security: 'tls' };
  return starttls[0] && { host: starttls[0].name, port: starttls[0].port, security: 'starttls' };
}
