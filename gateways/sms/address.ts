import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Address, AddressCodec } from '../../src/gateway/address.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { ContactId } from '../../src/gateway/ids.js';
import { regionOf } from './account/settings.js';
import { asContactId } from './ids.js';
import { type Region, readNumber, settle } from './number.js';
import { e164, nameOfLocal, shortCode } from './sender-name.js';

/** What an address of the network is. */
export type SenderKind = 'number' | 'short-code' | 'name';

/** Which kind of address an id made here is. */
export function kindOf(id: ContactId): SenderKind {
  if (e164.test(id)) return 'number';
  return shortCode.test(id) ? 'short-code' : 'name';
}

/** Whether a message can be sent there; alphanumeric senders take none. */
export function isDialable(id: ContactId): boolean {
  return kindOf(id) !== 'name';
}

/** How an id is shown: numbers grouped as in their country, names in lower case (the carrier's spelling is better). */
export function displayOf(id: ContactId): string {
  if (kindOf(id) === 'number') return parsePhoneNumberFromString(id)?.formatInternational() ?? id;
  return nameOfLocal(id) ?? id;
}

/**
 * Local parts (E05):
 *
 * | local part | stands for |
 * |---|---|
 * | `+15551234567` | a number in E.164 |
 * | `72273` | a short code: digits only, 3 to 8 |
 * | `my bank`, `caf%c3%a9` | an alphanumeric sender, in lower case (see `localOfName`) |
 *
 * There are no rooms and no places. A number that is not in its one form, such as one with a trunk prefix behind
 * the country code, is nobody's address.
 */
export class SmsAddressCodec implements AddressCodec {
  readonly #region: Region;

  /** `region`: whose national format people without a number of their own type. */
  constructor(region: Region) {
    this.#region = region;
  }

  parse(local: string): Address | undefined {
    if (e164.test(local)) return settle(local) === local ? contact(local) : undefined;
    if (shortCode.test(local)) return contact(local);
    const lower = local.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    return nameOfLocal(lower) === undefined ? undefined : contact(lower);
  }

  format(address: Address): string {
    return address.id;
  }

  parseInput(input: string, account?: AccountView): Address | undefined {
    const id = readNumber(input, regionOf(account, this.#region));
    return id === undefined ? undefined : { kind: 'contact', id };
  }
}

function contact(id: string): Address {
  return { kind: 'contact', id: asContactId(id) };
}
