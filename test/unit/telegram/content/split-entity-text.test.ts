import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitEntityText } from '../../../../gateways/telegram/content/split-entity-text.js';
import { toEntities } from '../../../../gateways/telegram/content/to-entities.js';

const split = (text: string, most: number) =>
  splitEntityText({ text, entities: [] }, most).map((part) => part.text);

describe('messages longer than Telegram takes', () => {
  it.each<readonly [string, number, readonly string[]]>([
    ['short', 10, ['short']],
    ['', 10, []],
    [' \n ', 10, []],
    ['first line\nsecond', 12, ['first line', 'second']],
    ['some words here', 11, ['some words', 'here']],
    ['unbroken', 3, ['unb', 'rok', 'en']],
    ['ab👍🏽cd', 4, ['ab', '👍🏽', 'cd']],
    ['👨‍👩‍👧', 3, ['👨‍', '👩‍', '👧']],
  ])('F25 %j in parts of %d', (text, most, parts) => {
    expect(split(text, most)).toEqual(parts);
  });

  it('F25 styles go on where a text was cut', () => {
    expect(splitEntityText(toEntities('see *two words* now'), 8)).toEqual([
      { text: 'see two', entities: [{ kind: 'bold', offset: 4, length: 3 }] },
      { text: 'words', entities: [{ kind: 'bold', offset: 0, length: 5 }] },
      { text: 'now', entities: [] },
    ]);
  });

  it('has no more entities than Telegram takes', () => {
    const [part] = splitEntityText(toEntities('*a* '.repeat(500)), 4_096);
    expect(part?.entities).toHaveLength(100);
  });

  it('F25 loses no word, cuts no character and keeps the order', () => {
    const words = fc.array(fc.constantFrom('a', 'bc ', '\n', ' ', '👍🏽', 'e\u0301', '👨‍👩‍👧', '*b*'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 20 }), (all, most) => {
        const source = toEntities(all.join(''));
        const parts = splitEntityText(source, most);
        expect(
          parts
            .map(({ text }) => text)
            .join('')
            .replace(/\s/g, ''),
        ).toBe(source.text.replace(/\s/g, ''));
        for (const { text, entities } of parts) {
          expect(text.length).toBeLessThanOrEqual(most);
          expect(text).not.toMatch(/\p{Surrogate}/u);
          for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
