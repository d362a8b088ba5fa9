import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** Whether that is a network, such as `2001:db8:1::/64`. */
export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

/**
 * The address of a user in a network that is the gateway's own, always the same: so that servers count, and ban, each
 * user by himself. Pure. @param user bare JID
 */
export function addressIn(network: string, user: string): string {
  const [base, bits] = ipaddr.parseCIDR(network);
  const bytes = base.toByteArray();
  const hash = createHash('sha256').update(user).digest();
  const own = bytes.map((byte, index) => {
    const fixed = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - fixed)) & 0xff;
    return (byte & mask) | ((hash[index] ?? 0) & ~mask & 0xff);
  });
  const address = ipaddr.fromByteArray(own);
  const text = address.toString();
  // What begins with a colon would be the last parameter of a line (RFC 1459 §2.3.1).
  return text.startsWith(':') ? `0${text}` : text;
}
