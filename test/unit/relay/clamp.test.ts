import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clamp, cleanName } from '../../../src/core/relay/clamp.js';
import type { RelayContent, RelayWords } from '../../../src/core/relay/model.js';
import { relayOptionsSchema } from '../../../src/core/relay/options.js';

const BOUNDS = relayOptionsSchema.parse({}).flood.words;
const ann = { key: 'ann', nick: 'ann' };
const said = (words: RelayWords): RelayContent => ({ kind: 'said', speaker: ann, words });

function clamped(words: RelayWords): RelayWords {
  const content = clamp(said(words), BOUNDS);
  if (content.kind !== 'said') throw new Error('not words');
  return content.words;
}

describe('a bomb', () => {
  it('of text is cut, and that is said', () => {
    const { text, remarks } = clamped({ text: 'a'.repeat(1_000_000) });
    expect(text).toHaveLength(BOUNDS.length);
    expect(remarks).toEqual([{ key: 'relay-cut' }]);
  });

  it('of lines is cut, and that is said', () => {
    const { text, remarks } = clamped({ text: 'line\n'.repeat(10_000) });
    expect(text.split('\n')).toHaveLength(BOUNDS.lines);
    expect(remarks).toEqual([{ key: 'relay-cut' }]);
  });

  it('of files is cut, and it is said how many are left out', () => {
    const file = { url: 'https://example.org/f', name: 'f', mediaType: 'text/plain' };
    const { files, remarks } = clamped({ text: '', files: Array.from({ length: 1_000 }, () => file) });
    expect(files).toHaveLength(BOUNDS.files);
    expect(remarks).toEqual([{ key: 'relay-files-left', args: { count: 980 } }]);
  });

  it('of mentions calls the first ones only', () => {
    const text = '@a '.repeat(3_000);
    const mentions = Array.from({ length: 3_000 }, (_, index) => {
      return { begin: 3 * index, end: 3 * index + 2, leg: 'a', key: `${index}`, nick: 'a' };
    });
    expect(clamped({ text, mentions }).mentions).toHaveLength(BOUNDS.mentions);
  });

  it('of marks upon letters, and of quotes in quotes, loses what nobody writes', () => {
    expect(clamped({ text: `Z${'\u0301'.repeat(500)}algo` }).text).toBe(`Z${'\u0301'.repeat(4)}algo`);
    expect(clamped({ text: `${'> '.repeat(50)}deep\n> shallow\nown` }).text).toBe('> shallow\nown');
  });

  it('of reactions is cut', () => {
    const emojis = Array.from({ length: 5_000 }, () => '👍');
    const content = clamp({ kind: 'reacted', speaker: ann, target: { id: 'x' }, emojis }, BOUNDS);
    expect(content).toMatchObject({ emojis: { length: 20 } });
  });
});

describe('what crosses', () => {
  it('is never more than it may be, whatever it was, and as it was where that is little', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('a', '\n', '> ', '\u0301', '\u202e', '😀'), maxLength: 25_000 }),
    );
    fc.assert(
      fc.property(text, (whole) => {
        const words = clamped({ text: whole });
        expect(words.text.length).toBeLessThanOrEqual(BOUNDS.length);
        expect(words.text.split('\n').length).toBeLessThanOrEqual(BOUNDS.lines);
        expect(words.text).not.toMatch(/[\p{Cs}\u202e]/u);
        expect(clamped(words)).toEqual(words);
      }),
      { numRuns: 20 },
    );
    const plain = { text: 'שלום, नमस्ते, 👩‍👩‍👧 and é\n> quote\n\tcode', styled: true };
    expect(clamped(plain)).toEqual(plain);
  });

  it('is under a name of one line, of some length, without what is not seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (nick) => {
        const name = cleanName(nick);
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b]|^\s|\s$/u);
        expect([...name].length).toBeGreaterThan(0);
        expect([...name].length).toBeLessThanOrEqual(64);
        expect(cleanName(name)).toBe(name);
      }),
    );
    expect(cleanName('a\u202enna\n\u200b b')).toBe('anna b');
    expect(cleanName('\u200b\u2066')).toBe('?');
    expect(cleanName('n'.repeat(100_000))).toHaveLength(64);
  });
});
