import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ContactId } from '../../src/gateway/ids.js';
import { asContactId } from './ids.js';
import { e164, localOfName, shortCode } from './sender-name.js';

/** A country or territory with a numbering plan, ISO 3166-1 alpha-2 in capitals. */
export type Region = CountryCode;

/** Longest text that is looked at; no way of writing a number comes near. */
const maxInputLength = 200;
/** What people put between digits. */
const separators = /[\s().,/~‐-―−-]+/g;
/** Type of number of an address (3GPP TS 23.040 §9.1.2.5, SMPP 3.4 §5.2.5). */
const ton = { international: 1, national: 2, networkSpecific: 3, abbreviated: 6 } as const;

/** Whether the text names a region whose numbers are known. */
export function isRegion(text: string): text is Region {
  return isSupportedCountry(text);
}

/**
 * What a person in `region` types: international or national format, a short code, a `tel:` (RFC 3966) or `sms:`
 * (RFC 5724) URI. Undefined when it is not understood, or could be two numbers: no guess (E09).
 */
export function readNumber(input: string, region: Region): ContactId | undefined {
  if (input.length > maxInputLength) return undefined;
  const text = tidy(input);
  const uri = /^(?:tel|sms):(?:\/\/)?(.*)$/is.exec(text);
  const written = uri ? numberOfUri(uri[1] ?? '') : text;
  const digits = written?.replace(separators, '') ?? '';
  if (digits.startsWith('+')) return /^\+\d+$/.test(digits) ? possible(digits) : undefined;
  if (!/^\d+$/.test(digits)) return undefined;
  if (digits.length > 8) return readLong(digits, region);
  const number = read(digits, region);
  if (number?.isValid()) return asContactId(number.number);
  return shortCode.test(digits) ? asContactId(digits) : undefined;
}

function readLong(digits: string, region: Region): ContactId | undefined {
  if (digits.startsWith('00')) return possible(`+${digits.slice(2)}`);
  if (isNationalFormat(digits, region)) return asContactId(settle(read(digits, region)?.number ?? ''));
  const readings = [read(digits, region), read(`+${digits}`)]
    .filter((number) => number?.isValid())
    .map((number) => settle(number?.number ?? ''));
  const [first, second = first] = readings;
  return first === second && first !== undefined ? asContactId(first) : undefined;
}

/**
 * Who a message came from, in whatever way the carrier writes addresses (E05). `typeOfNumber` is its hint, where
 * it gives one. Without a hint, digits are in national format if they are exactly that in `region` and the number
 * exists; else they are an international number that lacks its `+`. Undefined for a withheld sender.
 */
export function toContact(raw: string, region: Region, typeOfNumber?: number): ContactId | undefined {
  const text = tidy(raw.slice(0, maxInputLength));
  const digits = text.replace(separators, '');
  if (!/^\+?\d+$/.test(digits)) return named(text);
  if (digits.startsWith('+')) return international(digits.slice(1)) ?? named(text);
  if (typeOfNumber === ton.networkSpecific || typeOfNumber === ton.abbreviated) return short(digits);
  if (typeOfNumber === ton.international) return international(digits) ?? named(digits);
  if (typeOfNumber === ton.national) {
    const number = read(digits, region);
    if (number?.isPossible()) return asContactId(settle(number.number));
  }
  return digits.length > 8 ? unmarked(digits, region) : unmarkedShort(digits, region);
}

function unmarked(digits: string, region: Region): ContactId | undefined {
  if (digits.startsWith('00')) return international(digits.slice(2)) ?? named(digits);
  const national = read(digits, region);
  if (national?.isValid() && isNationalFormat(digits, region)) return asContactId(settle(national.number));
  const abroad = possible(`+${digits}`);
  if (abroad !== undefined) return abroad;
  return national?.isPossible() ? asContactId(settle(national.number)) : named(digits);
}

function unmarkedShort(digits: string, region: Region): ContactId | undefined {
  // Where whole numbers have 7 or 8 digits; all shorter ones are service numbers.
  const number = digits.length >= 7 ? read(digits, region) : undefined;
  // A number of a company that is the same everywhere (310 xxxx in Canada) is a service number too.
  if (number === undefined || !number.isValid() || number.getType() === 'UAN') return short(digits);
  return asContactId(settle(number.number));
}

function international(digits: string): ContactId | undefined {
  // Too short for any country: a short code that somebody has put a plus before.
  if (digits.length < 7) return shortCode.test(digits) ? asContactId(digits) : undefined;
  const number = settle(`+${digits}`);
  return e164.test(number) ? asContactId(number) : undefined;
}

function short(digits: string): ContactId | undefined {
  return shortCode.test(digits) ? asContactId(digits) : named(digits);
}

function named(text: string): ContactId | undefined {
  const local = localOfName(text);
  return local === undefined ? undefined : asContactId(local);
}

function possible(number: string): ContactId | undefined {
  const settled = settle(number);
  return e164.test(settled) && read(settled)?.isPossible() ? asContactId(settled) : undefined;
}

/** Whether this is, digit for digit, how the number is written in its country, trunk prefix included. */
function isNationalFormat(digits: string, region: Region): boolean {
  const number = read(digits, region);
  return number?.isPossible() === true && number.formatNational().replace(/\D/g, '') === digits;
}

/**
 * The one way to write a number with `+`: without the trunk prefix that some write after the country code. Reading
 * it again gives the same.
 */
export function settle(number: string): string {
  let settled = number;
  // Every change takes a digit away or is the last.
  for (let round = 0; round < 20; round++) {
    // Mexico took away the 1 of mobile numbers in 2019; some carriers still write it.
    const written = settled.replace(/^\+521(\d{10})$/, '+52$1');
    const next = read(written)?.number ?? written;
    if (next === settled) break;
    settled = next;
  }
  return settled;
}

function read(text: string, region?: Region) {
  return parsePhoneNumberFromString(text, {
    extract: false,
    ...(region === undefined ? {} : { defaultCountry: region }),
  });
}

/** RFC 3966 §3, RFC 5724 §2.2; undefined for several recipients, extensions and contexts that are no number. */
function numberOfUri(rest: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(rest.replace(/\?.*$/s, ''));
  } catch {
    return undefined;
  }
  const [number = '', ...parameters] = decoded.split(';');
  if (number.includes(',') || parameters.some((parameter) => /^ext=/i.test(parameter))) return undefined;
  const context = parameters.find((parameter) => /^phone-context=/i.test(parameter))?.slice(14);
  if (context === undefined || number.startsWith('+')) return number;
  return context.startsWith('+') ? context + number : undefined;
}

/** Full-width forms to plain ones, digits of other scripts to ASCII, invisible marks of direction away. */
function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[٠-٩۰-۹०-९]/g, (digit) => String((digit.charCodeAt(0) - (digit < '०' ? 0 : 6)) & 15))
    .trim();
}
