import { GatewayError } from '../../../../src/gateway/error.js';
import type { SmppAddress } from './delivery.js';
import type { SmppOptions } from './options.js';

const ton = { unknown: 0, international: 1, alphanumeric: 5 } as const;
const npi = { unknown: 0, isdn: 1 } as const;

/** Longest number of a subscriber or service that is dialled without `+`. */
const shortCode = /^\d{1,8}$/;
const digits = /^\d+$/;
/** Alphanumeric senders have 11 characters (3GPP TS 23.040 §9.1.2.5). */
const alphanumeric = /^[\x20-\x7e]{1,11}$/;
/** source_addr and destination_addr hold 20 characters (SMPP 3.4 §4.4.1). */
const maxAddress = 20;

/** Type of number and numbering plan of an address, unless the operator has set them. Throws GatewayError. */
export function toSmppAddress(
  address: string,
  options: SmppOptions['addressing'],
  side: 'source' | 'destination',
): SmppAddress {
  const chosen = choose(address, options);
  if (chosen === undefined) throw unusable(side);
  const fixed = options[side];
  return fixed === undefined ? chosen : { ...chosen, ...fixed };
}

function choose(address: string, options: SmppOptions['addressing']): SmppAddress | undefined {
  const international = address.startsWith('+') ? address.slice(1) : '';
  if (digits.test(international) && international.length <= maxAddress - 1)
    return {
      ton: ton.international,
      npi: npi.isdn,
      address: options.keepPlus ? address : international,
    };
  if (shortCode.test(address)) return { ...options.shortCode, address };
  if (digits.test(address) && address.length <= maxAddress)
    return { ton: ton.unknown, npi: npi.unknown, address };
  if (alphanumeric.test(address)) return { ton: ton.alphanumeric, npi: npi.unknown, address };
  return undefined;
}

function unusable(side: 'source' | 'destination'): GatewayError {
  return side === 'source'
    ? new GatewayError('forbidden', { key: 'sms-smpp-bad-sender' })
    : new GatewayError('bad-address', { key: 'sms-smpp-bad-recipient' });
}

/** The address as the network wrote it; an international number, said to be one, gets its `+`. */
export function fromSmppAddress({ ton: kind, address }: SmppAddress): string {
  return kind === ton.international && digits.test(address) ? `+${address}` : address;
}
