import type { Address, AddressCodec } from '../../../src/gateway/address.js';
import type { ContactId, PlaceId, RoomId } from '../../../src/gateway/ids.js';

const NAME = /^[a-z0-9][a-z0-9 ._-]*$/;

/** `#tea` is a room, `!hall` the place, `alice` a person; names are lower case. */
export const memoryAddresses: AddressCodec = {
  parse(local): Address | undefined {
    if (local.startsWith('#'))
      return NAME.test(local.slice(1)) ? { kind: 'room', id: local as RoomId } : undefined;
    if (local.startsWith('!'))
      return NAME.test(local.slice(1)) ? { kind: 'place', id: local as PlaceId } : undefined;
    return NAME.test(local) ? { kind: 'contact', id: local as ContactId } : undefined;
  },
  format: ({ id }) => id,
  parseInput: (input) => memoryAddresses.parse(input.trim().toLowerCase()),
};
