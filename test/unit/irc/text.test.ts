import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncate, utf8Length } from '../../../gateways/irc/text/bytes.js';
import { plainText } from '../../../gateways/irc/text/format.js';
import { splitMessage } from '../../../gateways/irc/text/split.js';
import { encodingFor, isUsableEncoding } from '../../../gateways/irc/wire/encoding.js';
import { cleanLine, isMiddle } from '../../../gateways/irc/wire/sanitise.js';

const anyText = fc.string({ unit: 'binary', maxLength: 600 });
const graphemes = fc.string({
  unit: fc.constantFrom('a', ' ', 'é', 'щ', '漢', '😀', '👨‍👩‍👧‍👦', 'e\u0301', '\n', '🇩🇪'),
  maxLength: 300,
});

function segments(text: string): string[] {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
}

describe('F25 splitting', () => {
  const limits = { budget: 60, maxLines: 10_000, byteLength: utf8Length };

  it('no part is larger than its budget, none is empty, none holds a line break', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, graphemes), (text) => {
        for (const part of splitMessage(text, limits)) {
          expect(utf8Length(part)).toBeLessThanOrEqual(limits.budget);
          expect(part.trim()).not.toBe('');
          expect(part).not.toMatch(/[\r\n]/);
        }
      }),
    );
  });

  it('nothing is lost but space, order is kept', () => {
    fc.assert(
      fc.property(graphemes, (text) => {
        expect(splitMessage(text, limits).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  it('a grapheme that fits is never cut', () => {
    fc.assert(
      fc.property(graphemes, (text) => {
        const whole = new Set(segments(text));
        for (const part of splitMessage(text, limits))
          for (const segment of segments(part)) expect(whole).toContain(segment);
      }),
    );
  });

  it('prefers a space, and cuts a grapheme larger than the line between its code points', () => {
    expect(splitMessage('aaaa bbbb cccc', { ...limits, budget: 10 })).toEqual(['aaaa bbbb', 'cccc']);
    const zalgo = `a${'\u0301'.repeat(100)}`;
    const parts = splitMessage(zalgo, { ...limits, budget: 21 });
    expect(parts.join('')).toBe(zalgo);
    for (const part of parts) expect(utf8Length(part)).toBeLessThanOrEqual(21);
  });

  it('counts bytes of the encoding in use', () => {
    const { byteLength } = encodingFor(undefined, 'koi8-r');
    expect(splitMessage('щ'.repeat(40), { ...limits, budget: 40, byteLength })).toHaveLength(1);
    expect(splitMessage('щ'.repeat(40), { ...limits, budget: 40 })).toHaveLength(2);
  });

  it('above the ceiling of lines → too-long', () => {
    expect(() => splitMessage('a\nb\nc', { ...limits, maxLines: 2 })).toThrowError(
      expect.objectContaining({ code: 'too-long' }),
    );
  });

  it('truncates between characters', () => {
    fc.assert(
      fc.property(graphemes, fc.nat(100), (text, budget) => {
        const cut = truncate(text, budget + 30);
        expect(text.startsWith(cut)).toBe(true);
        expect(utf8Length(cut)).toBeLessThanOrEqual(budget + 30);
      }),
    );
  });
});

describe('F26 the last gate before the wire', () => {
  it('no CR, LF or NUL passes, and never more than a line', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, graphemes), (text) => {
        const clean = cleanLine(text, utf8Length);
        expect(clean).not.toMatch(/[\r\n\0]/);
        expect(utf8Length(clean)).toBeLessThanOrEqual(510);
      }),
    );
  });

  it('knows what can be one parameter', () => {
    for (const bad of ['', ':a', 'a b', 'a\nb', 'a\0']) expect(isMiddle(bad)).toBe(false);
    expect(isMiddle('key')).toBe(true);
  });
});

describe('F24 formatting', () => {
  it.each([
    ['plain', 'plain'],
    ['\x02bold\x02 text', '*bold* text'],
    ['\x1ditalic\x1d', '_italic_'],
    ['\x11code\x11', '`code`'],
    ['\x1estruck\x1e', '~struck~'],
    ['\x0304,12red\x03 and \x1funderlined\x1f', 'red and underlined'],
    ['\x04ff0000x', 'x'],
    ['un\x02believ\x02able', 'unbelievable'],
    ['\x02 spaced \x02', ' *spaced* '],
    ['\x02a*b\x02', 'a*b'],
    ['\x02open to the end', '*open to the end*'],
    ['tab\there', 'tab here'],
  ])('%j → %j', (line, text) => {
    expect(plainText(line)).toBe(text);
  });

  it('leaves no control character', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...'\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f\x01\t01,5ab *_'.split('')),
        }),
        (line) => {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
          expect(plainText(line)).not.toMatch(/[\x00-\x1f]/);
        },
      ),
    );
  });
});

describe('encodings', () => {
  it('keeps only those in which ASCII stands for itself', () => {
    expect(['windows-1251', 'koi8-r', 'iso-8859-15'].every(isUsableEncoding)).toBe(true);
    expect(['utf-16le', 'base64', 'utf7', 'nonsense'].some(isUsableEncoding)).toBe(false);
  });

  it('reads UTF-8 first, then the fallback', () => {
    const { decode } = encodingFor('windows-1251', undefined);
    const utf8 = Buffer.from('привет');
    const cyrillic = Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);
    expect(decode(utf8, 0, utf8.length)).toBe('привет');
    expect(decode(cyrillic, 0, cyrillic.length)).toBe('привет');
  });
});
