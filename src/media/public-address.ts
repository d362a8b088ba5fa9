import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether an address is a public unicast one, whatever notation hides it: mapped, translated, tunnelled are not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
}

const NEARBY = /(^|\.)(localhost|local|internal|intranet|lan|home|arpa|onion|\d+|0x[0-9a-f]*)\.?$/;

/** Whether a name may be resolved at all: none that means a machine nearby (RFC 6761, RFC 6762, RFC 8375). */
export function isPublicName(host: string): boolean {
  if (isIP(host) !== 0) return isPublicAddress(host);
  // Names without a dot are completed by search domains; other spellings of addresses end in a number.
  return host.includes('.') && !NEARBY.test(host);
}
