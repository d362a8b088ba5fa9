import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '../../../../gateways/telegram/client/model.js';
import { styledText } from '../../../../gateways/telegram/content/styled-text.js';
import { toEntities } from '../../../../gateways/telegram/content/to-entities.js';

const read = (text: string) => {
  const { text: plain, entities } = toEntities(text);
  return [plain, ...entities.map(({ kind, offset, length }) => [kind, plain.slice(offset, offset + length)])];
};

describe('message styling (XEP-0393) as entities', () => {
  it.each<readonly [string, readonly unknown[]]>([
    ['*bold* and _soft_', ['bold and soft', ['bold', 'bold'], ['italic', 'soft']]],
    ['~gone~ `a*b*`', ['gone a*b*', ['strike', 'gone'], ['code', 'a*b*']]],
    ['*both _of_ them*', ['both of them', ['bold', 'both of them'], ['italic', 'of']]],
    [
      '*`monospace and bold`*',
      ['monospace and bold', ['bold', 'monospace and bold'], ['code', 'monospace and bold']],
    ],
    ['*strong*plain*', ['strongplain*', ['bold', 'strong']]],
    ['* plain *strong*', ['* plain strong', ['bold', 'strong']]],
    ['not strong*', ['not strong*']],
    ['*not strong', ['*not strong']],
    ['*not \n strong*', ['*not \n strong*']],
    ['*not *strong', ['*not *strong']],
    ['**', ['**']],
    ['***', ['***']],
    ['****', ['****']],
    ['2 * 3 * 4 and snake_case_name', ['2 * 3 * 4 and snake_case_name']],
    ['http://x.example/_a_ @some_user_x +1 555', ['http://x.example/_a_ @some_user_x +1 555']],
    ['> said\n> more\nmine', ['said\nmore\nmine', ['quote', 'said\nmore']]],
    ['>> before\n> said', ['> before\nsaid', ['quote', '> before\nsaid']]],
    ['> *so*', ['so', ['quote', 'so'], ['bold', 'so']]],
    ['>', ['>']],
    ['```\n*x*\n```\nafter', ['*x*\nafter', ['pre', '*x*']]],
    ['```ignored words\ncode\n```', ['ignored words\ncode', ['pre', 'ignored words\ncode']]],
    ['```one line```\nafter', ['one line\nafter', ['pre', 'one line']]],
    ['> ```\n> open\nafter', ['open\nafter', ['quote', 'open'], ['pre', 'open']]],
    ['```\n```', ['```\n```']],
    ['```', ['```']],
    ['  *a*  ', ['a', ['bold', 'a']]],
    ['', ['']],
  ])('F24 %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('F24 the language of a block of code is told', () => {
    expect(toEntities('```rust\nfn x() {}\n```').entities).toEqual([
      { kind: 'pre', offset: 0, length: 9, language: 'rust' },
    ]);
  });

  it('F24 honours unstyled', () => {
    expect(toEntities('*not* > ```', { unstyled: true })).toEqual({ text: '*not* > ```', entities: [] });
  });

  it('F24 counts in UTF-16, as Telegram does', () => {
    expect(toEntities('👍 *yes*').entities).toEqual([{ kind: 'bold', offset: 3, length: 3 }]);
  });

  it('F24 is the way back of the way there, for styling of whole words', () => {
    const word = fc.constantFrom('a', 'bc', 'déf', '😀', 'x-y', '2', '@some_name', 'snake_case');
    const span = fc.letrec<{ span: string; inner: string }>((tie) => ({
      inner: fc.oneof({ maxDepth: 2 }, word, tie('span')),
      span: fc
        .tuple(fc.constantFrom('*', '_', '~', '`'), fc.array(word, { minLength: 1, maxLength: 3 }))
        .map(([mark, words]) => `${mark}${words.join(' ')}${mark}`),
    })).inner;
    const line = fc.array(span, { minLength: 1, maxLength: 5 }).map((all) => all.join(' '));
    const block = fc.oneof(
      line,
      line.map((words) => `> ${words}`),
      line.map((words) => `\`\`\`\n${words}\n\`\`\``),
    );
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 5 }), (blocks) => {
        const there = toEntities(blocks.join('\n\n'));
        const shown = styledText(there.text, there.entities);
        expect(toEntities(shown.text, { unstyled: !shown.styled })).toEqual(there);
        if (shown.styled) expect(shown.text).toBe(blocks.join('\n\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('F24 loses no word of anything, and its entities lie within the text', () => {
    const pieces = fc.constantFrom(
      'é',
      ' ',
      '\n',
      '*',
      '_',
      '~',
      '`',
      '```',
      '>',
      '> ',
      '😀',
      '\u2060',
      '/',
      '@',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (all) => {
        const text = all.join('');
        const { text: plain, entities } = toEntities(text, { member: () => 'u1' });
        expect(plain.replace(/[^é😀/@]/gu, '')).toBe(text.replace(/[^é😀/@]/gu, ''));
        for (const { offset, length } of entities) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThan(0);
          expect(offset + length).toBeLessThanOrEqual(plain.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes no time for marks that never close, and for quotations without a bottom', () => {
    for (const text of [
      '*a '.repeat(100_000),
      '`x _y ~z *w '.repeat(50_000),
      '*a* '.repeat(50_000),
      '>'.repeat(100_000),
      '> \n'.repeat(100_000),
      '```\n'.repeat(50_001),
      '*_~`'.repeat(50_000),
      '@a '.repeat(50_000),
      ' '.repeat(200_000),
    ])
      expect(toEntities(text, { member: () => undefined }).entities.length).toBeGreaterThanOrEqual(0);
  });
});

describe('mentions', () => {
  const people: Readonly<Record<string, PeerId>> = { Alice: 'u1', 'Bob Brown': 'u2', 'Ann (work)': 'u3' };
  const member = (name: string): PeerId | undefined => people[name];
  const mentions = (text: string) => {
    const { text: plain, entities } = toEntities(text, { member });
    return entities
      .filter(({ kind }) => kind === 'person')
      .map(({ offset, length, person }) => [plain.slice(offset, offset + length), person]);
  };

  it.each<readonly [string, readonly unknown[]]>([
    ['Alice, come here', [['Alice', 'u1']]],
    ['Bob Brown: look', [['Bob Brown', 'u2']]],
    ['@Alice: look', [['@Alice', 'u1']]],
    ['ask @Alice!', [['@Alice', 'u1']]],
    ['ask @Bob Brown about it', [['@Bob Brown', 'u2']]],
    ['ask @Ann (work).', [['@Ann (work)', 'u3']]],
    [
      '*Alice*, and @Alice',
      [
        ['Alice', 'u1'],
        ['@Alice', 'u1'],
      ],
    ],
    ['alice@Alice.example', []],
    ['Alice came', []],
    ['Carol, hello @stranger', []],
    ['`@Alice`', []],
    ['12:30, @', []],
  ])('%j', (text, expected) => {
    expect(mentions(text)).toEqual(expected);
  });

  it('S16 one message cannot call everybody', () => {
    expect(mentions('@Alice '.repeat(500))).toHaveLength(20);
  });
});
