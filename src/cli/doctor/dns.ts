import { lookup, resolveSrv } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Config } from '../../config/schema.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** The host to attach to. */
export async function checkServerHost(config: Config): Promise<Finding> {
  const { host } = config.xmpp;
  if (isIP(host) !== 0) return ok(`server host ${host}`);
  try {
    const { address } = await lookup(host);
    return ok(`server host ${host} is ${address}`);
  } catch {
    return fail(
      `server host ${host} is not known to DNS`,
      'Look at xmpp.host; for a server on this machine it is 127.0.0.1.',
    );
  }
}

/** Needed only by users of other servers: those of the attached one are routed inside it. */
export async function checkDomain(domain: string): Promise<Finding> {
  const found = await Promise.allSettled([resolveSrv(`_xmpp-server._tcp.${domain}`), lookup(domain)]);
  if (found.some(({ status }) => status === 'fulfilled')) return ok(`DNS knows ${domain}`);
  return warn(
    `DNS does not know ${domain}`,
    'Fine while only users of your own server use it. For users of other servers add an SRV or address record.',
  );
}
