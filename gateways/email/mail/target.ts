import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { GatewayError } from '../../../src/gateway/error.js';
import type { TargetPolicy } from '../../../src/gateway/gateway.js';
import type { MailServer } from './server-options.js';

/** Where users' own servers may listen: IMAP (143, 993), submission (587, 465) and its usual substitute (2525). */
const MAIL_PORTS: ReadonlySet<number> = new Set([143, 993, 465, 587, 2525]);

/** What to connect to. */
export interface MailTarget {
  /** The very address to connect to, so that a name cannot mean something else in between. */
  readonly address: string;
  /** For SNI and the certificate; empty where the server is named by its address, which the certificate then holds. */
  readonly servername: string;
}

/** Resolves a name to all its addresses. */
export type HostResolver = (host: string) => Promise<readonly LookupAddress[]>;

/** As the machine resolves names: in the order of RFC 6724, which puts what cannot be reached last. */
export const systemResolver: HostResolver = (host) => lookup(host, { all: true });

/**
 * The first address of a server that may be connected to (S21). A server that the operator has listed may be a private
 * one, on any port, without TLS; users' own may not.
 * @throws {GatewayError} {@link serverUnreachable}, the same for a name that is not known and a server that is refused
 */
export async function resolveTarget(
  server: MailServer,
  targets: TargetPolicy,
  listed: boolean,
  resolve: HostResolver = systemResolver,
): Promise<MailTarget> {
  const { host, port, security } = server;
  if (!listed && (security === 'none' || !MAIL_PORTS.has(port) || !targets.mayResolve(host)))
    throw serverUnreachable(host);
  const found = isIP(host) === 0 ? await resolve(host).catch(() => []) : [{ address: host }];
  const allowed = found.find(({ address }) => listed || targets.mayConnect(address));
  if (allowed === undefined) throw serverUnreachable(host);
  return { address: allowed.address, servername: isIP(host) === 0 ? host : '' };
}

/**
 * The one error for a server that is not known, not allowed, or does not answer as a mail server: telling them apart
 * would make the gateway a scanner for what only its machine can reach (S21).
 */
export function serverUnreachable(host: string): GatewayError {
  return new GatewayError(
    'network-unreachable',
    { key: 'email-server-unreachable', args: { host } },
    'not-sent',
    true,
  );
}
