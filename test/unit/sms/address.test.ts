import fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { displayOf, isDialable, kindOf, SmsAddressCodec } from '../../../gateways/sms/address.js';
import { asContactId } from '../../../gateways/sms/ids.js';
import { isRegion, readNumber, toContact } from '../../../gateways/sms/number.js';
import { localOfName } from '../../../gateways/sms/sender-name.js';

const codec = new SmsAddressCodec('US');
const mobiles = getCountries().flatMap((country) => {
  const number = getExampleNumber(country, examples);
  // Where the example number is no longer valid, nothing can be said about how it is written.
  return number?.isValid() ? [{ country, number }] : [];
});
const mobile = fc.constantFrom(...mobiles);
const fullWidth = (text: string) =>
  text.replace(/[+\d]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
/** What a carrier or a person may hand over. */
const raw = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ unit: fc.constantFrom(...'+0123456789'.split('')), maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'+0123456789aZé&.- %ßΣ@'.split('')), maxLength: 12 }),
);

describe('SMS addresses', () => {
  it.each([
    ['+15551234567', 'number'],
    ['+442079460018', 'number'],
    ['72273', 'short-code'],
    ['112', 'short-code'],
    ['my bank', 'name'],
    ['caf%c3%a9', 'name'],
    ['%2b4400770', 'name'],
    ['%3112', 'name'],
    ['12', 'name'],
  ])('E05 %s is a %s', (local, kind) => {
    const id = asContactId(local);
    expect(codec.parse(local)).toEqual({ kind: 'contact', id });
    expect(kindOf(id)).toBe(kind);
    expect(isDialable(id)).toBe(kind !== 'name');
  });

  it.each(['', ' x', 'x ', 'café', '+4407700900123', '%zz', '%2b440077', '%41', '%c3', 'a%', '12é'])(
    'E05 nobody has the address %j',
    (local) => {
      expect(codec.parse(local)).toBeUndefined();
    },
  );

  it('E05 a service number of seven digits stays what it is, marked or not', () => {
    expect(toContact('3102566', 'US')).toBe('3102566');
    expect(toContact('3102566', 'US', 6)).toBe('3102566');
  });

  it('E05 parse(format(x)) is x for whatever sender came in', () => {
    fc.assert(
      fc.property(
        raw,
        fc.constantFrom('US', 'DE', 'DK'),
        fc.integer({ min: 0, max: 7 }),
        (text, region, ton) => {
          const id = toContact(text, isRegion(region) ? region : 'US', ton);
          if (id === undefined) return;
          expect(codec.parse(codec.format({ kind: 'contact', id }))).toEqual({ kind: 'contact', id });
          if (isDialable(id)) expect(toContact(id, 'US')).toBe(id);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('E05 every way to write a number is one contact', () => {
    fc.assert(
      fc.property(mobile, mobile, ({ country, number }, elsewhere) => {
        const e164 = number.number;
        const digits = e164.slice(1);
        const typed = [
          e164,
          number.formatInternational(),
          `00${digits}`,
          fullWidth(e164),
          `\u202a${e164}\u202c`,
          `tel:${e164}`,
          `TEL:${number.formatInternational().replace(/ /g, '-')};npdi`,
          `sms:${e164}?body=hello%20there`,
          `sms:${encodeURIComponent(e164)}`,
        ];
        for (const text of typed) expect([text, readNumber(text, elsewhere.country)]).toEqual([text, e164]);
        expect(readNumber(number.formatNational(), country)).toBe(e164);
        expect(toContact(e164, elsewhere.country)).toBe(e164);
        expect(toContact(number.formatNational(), country, 2)).toBe(e164);
        expect(toContact(number.nationalNumber, country, 2)).toBe(e164);
        if (digits.length > 6) expect(toContact(digits, elsewhere.country, 1)).toBe(e164);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['447911123456', 'US', undefined, '+447911123456'],
    ['15551234567', 'DE', undefined, '+15551234567'],
    ['15551234567', 'US', undefined, '+15551234567'],
    ['2025550123', 'US', undefined, '+12025550123'],
    ['07911123456', 'GB', undefined, '+447911123456'],
    ['00447911123456', 'FR', undefined, '+447911123456'],
    ['011447911123456', 'US', undefined, '+447911123456'],
    ['4520123456', 'DK', undefined, '+4520123456'],
    ['20123456', 'DK', undefined, '+4520123456'],
    ['5215512345678', 'MX', undefined, '+525512345678'],
    ['72273', 'US', undefined, '72273'],
    ['+72273', 'US', undefined, '72273'],
    ['72273', 'US', 1, '72273'],
    ['20123456', 'DK', 6, '20123456'],
    ['1234567', 'DE', 3, '1234567'],
    ['MyBank', 'US', 5, 'mybank'],
    ['MYBANK ', 'US', 5, 'mybank'],
    ['CAFÉ', 'US', 5, 'caf%c3%a9'],
    ['Info-24', 'US', undefined, 'info-24'],
    ['+999123456789', 'US', undefined, '+999123456789'],
  ] as const)('E05 inbound %j in %s with TON %s is %s', (text, region, ton, id) => {
    expect(toContact(text, region, ton)).toBe(id);
  });

  it('E05 a withheld sender is nobody', () => {
    for (const text of ['', '  ', '\u200e']) expect(toContact(text, 'US')).toBeUndefined();
  });

  it('names keep apart what differs and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 11 }), fc.string({ maxLength: 11 }), (one, other) => {
        const folded = (text: string) => text.normalize('NFKC').trim().toLowerCase();
        expect(localOfName(one) === localOfName(other)).toBe(folded(one) === folded(other));
      }),
    );
    expect(localOfName('ΟΔΟΣ')).toBe(localOfName('οδοσ'));
    expect(localOfName('x'.repeat(500))).toHaveLength(40);
  });

  it.each([
    ['(555) 123-4567', 'US', '+15551234567'],
    ['1 202 555 0123', 'US', '+12025550123'],
    ['020 7946 0018', 'GB', '+442079460018'],
    ['+44 (0)20 7946 0018', 'US', '+442079460018'],
    ['8 (912) 345-67-89', 'RU', '+79123456789'],
    ['447911123456', 'US', '+447911123456'],
    ['٠٢٠٧٩٤٦٠٠١٨', 'GB', '+442079460018'],
    ['۰۲۰۷۹۴۶۰۰۱۸', 'GB', '+442079460018'],
    ['०२०७९४६००१८', 'GB', '+442079460018'],
    ['tel:020-7946-0018;phone-context=+44', 'US', '+442079460018'],
    ['72273', 'US', '72273'],
    ['112', 'DE', '112'],
    ['000', 'AU', '000'],
  ] as const)('E09 %j typed in %s is %s', (text, region, id) => {
    expect(readNumber(text, region)).toBe(id);
  });

  it.each([
    '',
    'bob',
    '1-800-FLOWERS',
    '+',
    '+12',
    '+999123456789',
    '12',
    '*31#5551234567',
    '+1 201 555 0123;ext=5',
    'tel:+12015550123;ext=5',
    'tel:7042;phone-context=example.com',
    'sms:+12015550123,+12015550124',
    'tel:%zz',
    '123456789012345678901234',
    '1'.repeat(300),
  ])('E09 makes no guess at %j', (text) => {
    expect(codec.parseInput(text)).toBeUndefined();
  });

  it('E09 never throws, and understands only what is an address', () => {
    fc.assert(
      fc.property(raw, (text) => {
        codec.parse(text);
        const address = codec.parseInput(text);
        if (address !== undefined) expect(codec.parse(codec.format(address))).toEqual(address);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows numbers as their country writes them', () => {
    expect(displayOf(asContactId('+442079460018'))).toBe('+44 20 7946 0018');
    expect(displayOf(asContactId('+999123456789'))).toBe('+999123456789');
    expect(displayOf(asContactId('72273'))).toBe('72273');
    expect(displayOf(asContactId('caf%c3%a9'))).toBe('café');
  });

  it('knows which regions there are', () => {
    expect([isRegion('DE'), isRegion('de'), isRegion('XX')]).toEqual([true, false, false]);
  });
});
