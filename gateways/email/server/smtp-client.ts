import { BlockList, isIP, isIPv6 } from 'node:net';
import type { SMTPServerSession } from 'smtp-server';

/** Whoever hands a mail in, or on whose behalf a relay does. */
export interface SmtpClient {
  /** IP address; undefined: the relay itself, or it does not say. */
  readonly address?: string;
  /** As it calls itself, unchecked. */
  readonly helo?: string;
}

/** Who is behind a session: the peer, or whom a trusted relay speaks for (XCLIENT, XFORWARD). */
export function clientOf(session: SMTPServerSession, peer: string, trusted: boolean): SmtpClient {
  const { xClient, xForward, hostNameAppearsAs } = session;
  if (!trusted) return { address: peer, ...(hostNameAppearsAs && { helo: hostNameAppearsAs }) };
  const told = xClient.has('ADDR') ? xClient : xForward;
  const address = told.get('ADDR');
  const helo = told === xClient ? hostNameAppearsAs : told.get('HELO');
  return {
    ...(typeof address === 'string' && address !== '' && { address }),
    ...(typeof helo === 'string' && helo !== '' && { helo }),
  };
}

/** Addresses, and networks in CIDR notation. */
export function networksOf(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', bits] = text.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Whether an IP address, also an IPv4 one in IPv6, is among them. */
export function isAmong(networks: BlockList, address: string): boolean {
  return isIP(address) !== 0 && networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
