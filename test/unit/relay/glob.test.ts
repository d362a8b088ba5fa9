import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../src/core/relay/glob.js';

describe('a pattern', () => {
  it('means what it says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '@'), maxLength: 12 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '@', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (pattern, whole) => {
        const regular = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
        expect(matchesGlob(pattern, whole)).toBe(regular.test(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('costs no more than the product of the lengths', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(3_000))).toBe(false);
  });
});
