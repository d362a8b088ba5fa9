import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nationalLanguages } from '../../../gateways/sms/text/alphabets.js';
import { characterSetOf, decodeBody } from '../../../gateways/sms/text/data-coding.js';
import {
  encodeText,
  type Segmented,
  type SegmentOptions,
  segment,
} from '../../../gateways/sms/text/segment.js';
import { readHeader } from '../../../gateways/sms/text/user-data-header.js';
import { GatewayError } from '../../../src/gateway/error.js';

const options = { maxParts: 255, reference: 7 };
const lengths = ({ parts }: Segmented) => parts.map(({ userData }) => userData.length);
const family = '👨‍👩‍👧‍👦';

function refusal(text: string, chosen: SegmentOptions): GatewayError | undefined {
  try {
    segment(text, chosen);
    return undefined;
  } catch (error) {
    return error instanceof GatewayError ? error : undefined;
  }
}

/** What a phone makes of the parts, each by itself. */
function read({ parts, dataCoding }: Segmented): string {
  return parts
    .map(({ udh, userData }) => {
      const header = udh === undefined ? {} : readHeader(Buffer.concat([udh, userData]))?.header;
      return decodeBody(userData, characterSetOf(dataCoding), header);
    })
    .join('');
}

describe('messages as SMS', () => {
  it.each([
    ['', 1, 'gsm7'],
    ['x'.repeat(160), 1, 'gsm7'],
    ['x'.repeat(161), 2, 'gsm7'],
    ['x'.repeat(306), 2, 'gsm7'],
    ['x'.repeat(307), 3, 'gsm7'],
    ['€'.repeat(80), 1, 'gsm7'],
    ['€'.repeat(81), 2, 'gsm7'],
    // An escape at the end of a part would be cut off what it announces: 152 septets go.
    ['€'.repeat(153), 3, 'gsm7'],
    ['ы'.repeat(70), 1, 'ucs2'],
    ['ы'.repeat(71), 2, 'ucs2'],
    ['ы'.repeat(134), 2, 'ucs2'],
    ['ы'.repeat(135), 3, 'ucs2'],
    ['😀'.repeat(35), 1, 'ucs2'],
    // 33 pairs in 67 characters.
    ['😀'.repeat(67), 3, 'ucs2'],
  ])('F25 %# takes its parts', (text, parts, encoding) => {
    const made = segment(text, options);
    expect([made.parts.length, made.encoding, made.dataCoding]).toEqual([
      parts,
      encoding,
      encoding === 'gsm7' ? 0 : 8,
    ]);
    expect(read(made)).toBe(text);
    expect(made.parts.map((part) => part.text).join('')).toBe(text);
  });

  it('F25 16 bits of reference leave less room', () => {
    const wide = { ...options, wide: true, reference: 0x1234 };
    expect(lengths(segment('x'.repeat(304), wide))).toEqual([152, 152]);
    expect(lengths(segment('ы'.repeat(132), wide))).toEqual([132, 132]);
    expect(segment('x'.repeat(304), wide).parts[1]?.udh?.toString('hex')).toBe('06080412340202');
    expect(segment('x'.repeat(304), options).parts[1]?.udh?.toString('hex')).toBe('050003070202');
    expect(segment('x', options).parts[0]?.udh).toBeUndefined();
  });

  it('F25 nothing is cut inside a grapheme where that can be helped', () => {
    const text = `${'ы'.repeat(60)}${family}${'ы'.repeat(60)}`;
    const made = segment(text, options);
    expect(made.parts[0]?.text).toBe('ы'.repeat(60));
    expect(made.parts[1]?.text.startsWith(family)).toBe(true);
    const monster = `e${'\u0301'.repeat(200)}`;
    expect(read(segment(monster, options))).toBe(monster);
    expect(segment(`${'x'.repeat(152)}\r\n${'x'.repeat(100)}`, options).parts[0]?.text).toBe('x'.repeat(152));
  });

  it('F25 every part fits, nothing is lost, order is kept', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ab €[{\nñ'), maxLength: 600 }),
      fc.string({ unit: fc.constantFrom('a', 'ы', '😀', family, 'e\u0301', '🇩🇪', '\r\n'), maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ unit: fc.constantFrom(...'नमस्ते १२। abc'), maxLength: 400 }),
    );
    fc.assert(
      fc.property(text, fc.boolean(), fc.subarray([...nationalLanguages]), (message, wide, languages) => {
        const made = segment(message, { ...options, wide, languages });
        expect(read(made).normalize('NFC')).toBe(message.normalize('NFC'));
        made.parts.forEach(({ udh, userData, text: piece }, index) => {
          const header = udh?.length ?? 0;
          const octets = made.encoding === 'ucs2' ? userData.length : Math.ceil((userData.length * 7) / 8);
          expect(header + octets).toBeLessThanOrEqual(140);
          expect(piece).not.toMatch(/\p{Cs}/u);
          if (made.parts.length > 1) {
            const { concatenation } = readHeader(udh ?? Buffer.alloc(0))?.header ?? {};
            const { length: total } = made.parts;
            expect(concatenation).toEqual({ reference: 7, wide, total, sequence: index + 1 });
          }
        });
      }),
      { numRuns: 400 },
    );
  });

  it('F25 above the ceiling is an error with numbers', () => {
    const error = refusal('x'.repeat(500), { ...options, maxParts: 3 });
    expect([error?.code, error?.text]).toEqual([
      'too-long',
      { key: 'sms-too-long', args: { parts: 4, limit: 3 } },
    ]);
    expect(refusal('😀'.repeat(67), { ...options, maxParts: 2 })?.text.args).toEqual({ parts: 3, limit: 2 });
    expect(refusal('x'.repeat(161), { ...options, maxParts: 1 })?.text.args).toEqual({ parts: 2, limit: 1 });
    expect(refusal('x'.repeat(1_000_000), { ...options, maxParts: 1000 })?.text.args).toEqual({
      parts: 6536,
      limit: 255,
    });
    expect(refusal('x'.repeat(306), { ...options, maxParts: 2 })).toBeUndefined();
  });

  it('shift tables are used only when allowed and cheaper than UCS-2', () => {
    const turkish = 'ışığı gördüm '.repeat(8);
    expect(segment(turkish, options)).toMatchObject({ encoding: 'ucs2', parts: { length: 2 } });
    const shifted = segment(turkish, { ...options, languages: [1] });
    expect(shifted).toMatchObject({ encoding: 'gsm7', parts: { length: 1 } });
    expect(read(shifted)).toBe(turkish);
    // Both take one part: UCS-2 is understood by more phones.
    expect(segment('ışığı', { ...options, languages: [1] }).encoding).toBe('ucs2');
    expect(segment('नमस्ते '.repeat(20), { ...options, languages: [6, 99] }).parts).toHaveLength(1);
  });

  it('nothing is transliterated, but a composed letter is the same letter', () => {
    expect(segment('“quoted”', options).encoding).toBe('ucs2');
    const made = segment('cafe\u0300', options);
    expect([made.encoding, made.parts[0]?.text]).toEqual(['gsm7', 'cafè']);
    expect(encodeText('a€').userData.toString('hex')).toBe('611b65');
    expect(encodeText('ы').userData.toString('hex')).toBe('044b');
  });
});

describe('SMPP data_coding', () => {
  it.each([
    [0, 'gsm7'],
    [1, 'us-ascii'],
    [2, 'binary'],
    [3, 'iso-8859-1'],
    [4, 'binary'],
    [6, 'iso-8859-5'],
    [7, 'iso-8859-8'],
    [8, 'ucs2'],
    [9, 'binary'],
    [0x10, 'gsm7'],
    [0x14, 'binary'],
    [0x18, 'ucs2'],
    [0x20, 'binary'],
    [0x48, 'ucs2'],
    [0xc8, 'gsm7'],
    [0xe0, 'ucs2'],
    [0xf1, 'gsm7'],
    [0xf5, 'binary'],
  ])('%i is %s', (dataCoding, set) => {
    expect(characterSetOf(dataCoding)).toBe(set);
  });

  it('0 is what the SMSC has as its default', () => {
    expect(characterSetOf(0, 'iso-8859-1')).toBe('iso-8859-1');
  });

  it.each([
    ['us-ascii', '414243', 'ABC'],
    ['iso-8859-1', 'e9', 'é'],
    ['iso-8859-5', 'bfe0d8', 'При'],
    ['iso-8859-8', 'f9ece5ed', 'שלום'],
    ['shift_jis', '93fa', '日'],
    ['euc-kr', 'b0a1', '가'],
    ['ucs2', 'd83dde00', '😀'],
    ['ucs2', 'd83d', '\ufffd'],
    ['ucs2', '00410042ff', 'AB'],
    ['gsm7', '0041', '@A'],
  ] as const)('reads %s', (set, hex, text) => {
    expect(decodeBody(Buffer.from(hex, 'hex'), set)).toBe(text);
  });

  it('no octets make it fail, and binary is not text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 0, max: 255 }), (octets, dataCoding) => {
        const set = characterSetOf(dataCoding);
        const text = decodeBody(octets, set);
        expect(text === undefined).toBe(set === 'binary');
        if (text !== undefined) expect(/\p{Cs}/u.test(text)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
