import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where a connection goes, as decided by operator and user. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly verify: boolean;
  /** PEM file of authorities trusted for this server instead of the system's. */
  readonly caFile?: string | undefined;
  /** Address of this machine to connect from. */
  readonly localAddress?: string | undefined;
  /** The operator has listed this very server: it may be private, and on any port (S21). */
  readonly listed: boolean;
}

/** Whether an address is one that a user may choose: a public unicast address, whatever notation hides it. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
}

/** What is refused before anything is resolved: odd ports, and names that mean a machine nearby. */
export function mayDial(endpoint: Endpoint, ports: readonly number[]): boolean {
  if (endpoint.listed) return true;
  if (!ports.includes(endpoint.port)) return false;
  const { host } = endpoint;
  if (isIP(host) !== 0) return isPublicAddress(host);
  // RFC 6761, RFC 6762, RFC 8375, and names without a dot, which search domains complete; octal and other
  // spellings of addresses end in a digit, which no top-level domain does.
  return host.includes('.') && !/(^|\.)(localhost|local|internal|arpa|\d+|0x[0-9a-f]*)\.?$/.test(host);
}
