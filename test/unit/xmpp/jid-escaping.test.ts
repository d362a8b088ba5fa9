import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareLocal } from '../../../src/xmpp/jid.js';
import { escapeLocal, unescapeLocal } from '../../../src/xmpp/jid-escaping.js';

describe('XEP-0106', () => {
  it.each([
    ['space cadet', 'space\\20cadet'],
    ['call me "ishmael"', 'call\\20me\\20\\22ishmael\\22'],
    ['at&t guy', 'at\\26t\\20guy'],
    ["d'artagnan", 'd\\27artagnan'],
    ['/.fanboy', '\\2f.fanboy'],
    ['::foo::', '\\3a\\3afoo\\3a\\3a'],
    ['<foo>', '\\3cfoo\\3e'],
    ['user@host', 'user\\40host'],
    ['c:\\net', 'c\\3a\\net'],
    ['c:\\\\net', 'c\\3a\\\\net'],
    ['c:\\cool stuff', 'c\\3a\\cool\\20stuff'],
    ['c:\\5commas', 'c\\3a\\5c5commas'],
    ["joe.o'hara+x@example.org", 'joe.o\\27hara+x\\40example.org'],
    ['\\41 and \\2p', '\\41\\20and\\20\\2p'],
    ['\\2F', '\\5c2F'],
  ])('E01 E04 %s is written %s and read back', (foreign, escaped) => {
    expect(escapeLocal(foreign)).toBe(escaped);
    expect(unescapeLocal(escaped)).toBe(foreign);
  });

  it('E02 no local part starts or ends with \\20', () => {
    expect(escapeLocal('  a b  ')).toBe('a\\20b');
    expect(unescapeLocal('\\20a\\20')).toBe('\\20a\\20');
    expect(unescapeLocal('\\41\\2p')).toBe('\\41\\2p');
  });

  it('E01 E03 every printable ASCII address comes back from its prepared form', () => {
    const character = fc.oneof(
      fc.constantFrom('\\', '\\20', '\\5c', '\\2F', '@', ' '),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit: character, minLength: 1 }), (foreign) => {
        const kept = foreign.replace(/^ +| +$/g, '').toLowerCase();
        fc.pre(kept !== '');
        expect(unescapeLocal(prepareLocal(escapeLocal(foreign)))).toBe(kept);
      }),
      { numRuns: 1_000 },
    );
  });
});
