import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { addressIn } from '../../../gateways/irc/account/user-address.js';

describe('the address of a user of the gateway', () => {
  it('is his own, in the network, always the same, and one word of a line', () => {
    for (const network of ['2001:db8:1::/64', '2001:db8::/61', '127.77.0.0/16', '::/8']) {
      fc.assert(
        fc.property(fc.string(), (user) => {
          const address = addressIn(network, user);
          expect(address).toBe(addressIn(network, user));
          expect(address).not.toMatch(/^:|\s/);
          expect(ipaddr.parse(address).match(ipaddr.parseCIDR(network))).toBe(true);
        }),
      );
    }
    expect(addressIn('2001:db8:1::/64', 'ann@example.org')).not.toBe(
      addressIn('2001:db8:1::/64', 'bob@example.org'),
    );
  });

  it('is the one address of a network that has no other', () => {
    expect(addressIn('192.0.2.7/32', 'ann@example.org')).toBe('192.0.2.7');
  });
});
