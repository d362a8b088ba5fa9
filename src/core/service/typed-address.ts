import type { Address } from '../../gateway/address.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/**
 * What a person types, as an address: by the network's rules where they suffice, else the network is asked on his own
 * connection (E07). Undefined when nobody and nothing is called so. Rejects with GatewayError when it cannot be asked.
 */
export async function typedAddress(
  { gateway }: Pick<DomainContext, 'gateway'>,
  input: string,
  account: Account | undefined,
): Promise<Address | undefined> {
  return (
    gateway.addresses.parseInput(input, account?.view()) ?? (await account?.session?.resolveInput?.(input))
  );
}
