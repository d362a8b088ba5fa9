import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import { displayOf, kindOf } from '../address.js';
import { type Region, readNumber } from '../number.js';
import { isEmergency } from './emergency.js';
import type { PolicyOptions } from './options.js';

const EMERGENCY = 'sms-emergency';

/** What decides where messages may go. */
export interface DestinationRules
  extends Pick<PolicyOptions, 'countries' | 'refusedNumberTypes' | 'shortCodes'> {
  /** The operator's. */
  readonly region: Region;
}

/**
 * Why nothing may be sent to this address; undefined if it may. `userRegion`: where the user is at home, whose
 * emergency numbers count too.
 */
export function refuseDestination(
  id: ContactId,
  rules: DestinationRules,
  userRegion: Region = rules.region,
): GatewayError | undefined {
  const kind = kindOf(id);
  if (kind === 'name') return refuseName(displayOf(id), userRegion);
  if (kind === 'number') return refuseNumber(id, rules);
  if (isEmergency(id, [rules.region, userRegion])) return emergency(id);
  if (rules.shortCodes === 'all' || rules.shortCodes.includes(id)) return undefined;
  return new GatewayError('forbidden', { key: 'sms-short-code-not-allowed', args: { code: id } });
}

/** Whether it was refused because somebody calls for help. */
export function isEmergencyRefusal({ text }: GatewayError): boolean {
  return text.key === EMERGENCY;
}

/** Somebody who leaves out the `+` means a number all the same. */
function refuseName(name: string, userRegion: Region): GatewayError {
  const meant = readNumber(name, userRegion);
  if (meant !== undefined && kindOf(meant) === 'number')
    return new GatewayError('bad-address', { key: 'sms-number-meant', args: { name, number: meant } });
  return /^\d+$/.test(name)
    ? new GatewayError('bad-address', { key: 'sms-no-number', args: { number: name } })
    : new GatewayError('unsupported', { key: 'sms-cannot-reply', args: { name } });
}

function refuseNumber(id: ContactId, rules: DestinationRules): GatewayError | undefined {
  const number = parsePhoneNumberFromString(id);
  if (number === undefined)
    return new GatewayError('bad-address', { key: 'sms-no-number', args: { number: id } });
  // Numbers outside of every known range belong to the largest of the countries that share the code.
  const country = number.country ?? number.getPossibleCountries()[0];
  if (isEmergency(number.nationalNumber, country === undefined ? [] : [country])) return emergency(id);
  if (!number.isPossible())
    return new GatewayError('bad-address', { key: 'sms-no-number', args: { number: id } });
  const { countries, region, refusedNumberTypes } = rules;
  const allowed =
    countries === 'all' || (country !== undefined && (country === region || countries.includes(country)));
  // Satellites and international services have a code but no country.
  const place = country ?? `+${number.countryCallingCode}`;
  if (!allowed)
    return new GatewayError('forbidden', {
      key: 'sms-country-not-allowed',
      args: { number: displayOf(id), country: place },
    });
  const type = number.getType();
  if (type === undefined || !refusedNumberTypes.some((refused) => refused === type)) return undefined;
  return new GatewayError('forbidden', {
    key: 'sms-number-type-not-allowed',
    args: { number: displayOf(id), type },
  });
}

function emergency(number: string): GatewayError {
  return new GatewayError('forbidden', { key: EMERGENCY, args: { number } });
}
