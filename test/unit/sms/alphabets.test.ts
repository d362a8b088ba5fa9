import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphabetsOf, nationalLanguages } from '../../../gateways/sms/text/alphabets.js';
import {
  fillBitsAfter,
  packSeptets,
  septetLength,
  septetsOf,
  textOfSeptets,
  unpackSeptets,
} from '../../../gateways/sms/text/gsm7.js';

const shiftsOf = (id: number) => ({ locking: id, single: id });
const every = [0, ...nationalLanguages];

/** The languages by their identifiers, with a sample that needs both tables. */
const samples: readonly [number, string, string][] = [
  [1, 'Turkish', 'ışığı gördüm, İĞŞ çok {güzel} €'],
  [2, 'Spanish', 'Áéíóú ç ¿Qué?'],
  [3, 'Portuguese', 'ação à mão, Êxito âmbar ∞ Ω'],
  [4, 'Bengali', 'আমি ১২ টাকা'],
  [5, 'Gujarati', 'ગુજરાતી ૧૨।'],
  [6, 'Hindi', 'नमस्ते १२।'],
  [7, 'Kannada', 'ಕನ್ನಡ ೧೨'],
  [8, 'Malayalam', 'മലയാളം ൧൨ ൺ'],
  [9, 'Oriya', 'ଓଡ଼ିଆ ୧୨'],
  [10, 'Punjabi', 'ਪੰਜਾਬੀ ੧੨'],
  [11, 'Tamil', 'தமிழ் ௧௨'],
  [12, 'Telugu', 'తెలుగు ౧౨'],
  [13, 'Urdu', 'اردو ۱۲۔'],
];

describe('the alphabets of SMS (3GPP TS 23.038)', () => {
  it('13 languages have tables of their own', () => {
    expect(nationalLanguages).toEqual(samples.map(([id]) => id));
  });

  it.each(every)('language %i: every position of both tables goes there and back', (id) => {
    const { locking, single } = alphabetsOf(shiftsOf(id));
    for (const [alphabet, before] of [
      [locking, []],
      [single, [0x1b]],
    ] as const) {
      expect(alphabet.characters).toHaveLength(128);
      alphabet.characters.forEach((character, code) => {
        if (code === 0x1b || character === undefined) return;
        expect([...character]).toHaveLength(1);
        const septets = Uint8Array.from([...before, code]);
        expect(textOfSeptets(septets, shiftsOf(id))).toBe(character);
        const again = septetsOf(character, shiftsOf(id)) ?? new Uint8Array();
        expect(textOfSeptets(again, shiftsOf(id))).toBe(character);
        expect(again.length).toBe(septetLength(character, shiftsOf(id)));
      });
    }
  });

  it.each(every)(
    'language %i: no character is twice in a table, but for signs the standard repeats',
    (id) => {
      const { locking, single } = alphabetsOf(shiftsOf(id));
      for (const { characters, codes } of [locking, single]) {
        const repeated = characters.filter(
          (character, code) => character !== undefined && code !== 0x1b && codes.get(character) !== code,
        );
        expect(['', '*,¡'.split(',').sort().join()]).toContain([...repeated].sort().join());
      }
    },
  );

  it.each(samples)('language %i is %s', (id, _name, text) => {
    const septets = septetsOf(text.normalize('NFC'), shiftsOf(id)) ?? septetsOf(text, shiftsOf(id));
    expect(septets).toBeDefined();
    expect(textOfSeptets(septets ?? new Uint8Array(), shiftsOf(id)).normalize('NFC')).toBe(
      text.normalize('NFC'),
    );
  });

  it('the tables as the standard prints them, at some places of each', () => {
    const at = (id: number, table: 'locking' | 'single', code: number) =>
      alphabetsOf(shiftsOf(id))[table].characters[code]?.codePointAt(0)?.toString(16);
    expect([0x00, 0x09, 0x11, 0x24, 0x40, 0x60, 0x7f].map((code) => at(0, 'locking', code))).toEqual([
      '40',
      'c7',
      '5f',
      'a4',
      'a1',
      'bf',
      'e0',
    ]);
    expect([0x0a, 0x14, 0x2f, 0x40, 0x65].map((code) => at(0, 'single', code))).toEqual([
      'c',
      '5e',
      '5c',
      '7c',
      '20ac',
    ]);
    expect([0x04, 0x07, 0x0b, 0x40, 0x60].map((code) => at(1, 'locking', code))).toEqual([
      '20ac',
      '131',
      '11e',
      '130',
      'e7',
    ]);
    expect([0x04, 0x12, 0x18, 0x5b, 0x7d].map((code) => at(3, 'locking', code))).toEqual([
      'ea',
      'aa',
      '20ac',
      'c3',
      '60',
    ]);
    expect([0x00, 0x60, 0x7b, 0x7f].map((code) => at(6, 'locking', code))).toEqual([
      '901',
      '950',
      '972',
      '97f',
    ]);
    expect([0x00, 0x0c, 0x7d].map((code) => at(4, 'locking', code))).toEqual(['981', undefined, '9dd']);
    expect([0x19, 0x24, 0x34].map((code) => at(4, 'single', code))).toEqual(['9e6', '9df', '9fa']);
    expect([0x19, 0x1c, 0x32].map((code) => at(12, 'single', code))).toEqual([undefined, 'c66', 'c7f']);
    expect([0x00, 0x5c, 0x60, 0x7f].map((code) => at(13, 'locking', code))).toEqual([
      '627',
      '64d',
      '654',
      '670',
    ]);
    expect([0x19, 0x3b, 0x3f].map((code) => at(13, 'single', code))).toEqual(['600', '6cd', '6d4']);
  });

  it('signs of the extension take two septets', () => {
    expect([...(septetsOf('€[', {}) ?? [])]).toEqual([0x1b, 0x65, 0x1b, 0x3c]);
    expect(septetsOf('ы', {})).toBeUndefined();
    expect(septetsOf('\x1b', {})).toBeUndefined();
  });

  it('what follows an escape and is not in the table is read from the other one', () => {
    expect(textOfSeptets(Uint8Array.of(0x1b, 0x41), {})).toBe('A');
    expect(textOfSeptets(Uint8Array.of(0x1b, 0x1b, 0x41), {})).toBe(' A');
    expect(textOfSeptets(Uint8Array.of(0x41, 0x1b), {})).toBe('A');
    expect(textOfSeptets(Uint8Array.of(0x0c), { locking: 4 })).toBe(' ');
    expect(textOfSeptets(Uint8Array.of(0xc1), { locking: 99, single: 250 })).toBe('A');
  });

  it('packs as the standard shows', () => {
    const hello = septetsOf('hellohello', {}) ?? new Uint8Array();
    expect(packSeptets(hello).toString('hex')).toBe('e8329bfd4697d9ec37');
    expect(packSeptets(hello.subarray(0, 1), 1).toString('hex')).toBe('d0');
    expect([0, 4, 6, 7, 9].map(fillBitsAfter)).toEqual([0, 3, 1, 0, 5]);
  });

  it('packed septets come back, behind any header', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ max: 127, maxLength: 160 }),
        fc.integer({ min: 0, max: 6 }),
        (septets, fill) => {
          const packed = packSeptets(septets, fill);
          expect(packed).toHaveLength(Math.ceil((septets.length * 7 + fill) / 8));
          expect([...unpackSeptets(packed, septets.length, fill)]).toEqual([...septets]);
          expect(unpackSeptets(packed, 1000, fill).length).toBeLessThanOrEqual(septets.length + 1);
        },
      ),
    );
  });

  it('no octets make the decoder fail', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer(), fc.integer(), (octets, locking, single) => {
        expect(textOfSeptets(octets, { locking, single }).length).toBeLessThanOrEqual(octets.length);
      }),
    );
  });
});
