import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TgEntity } from '../../../../gateways/telegram/client/model.js';
import { styledText } from '../../../../gateways/telegram/content/styled-text.js';
import { toEntities } from '../../../../gateways/telegram/content/to-entities.js';

type Kind = TgEntity['kind'];
type Part = readonly [Kind, number, number];
const entities = (parts: readonly Part[]): TgEntity[] =>
  parts.map(([kind, offset, length]) => ({ kind, offset, length }));
const GUARD = '\u2060';

describe('styled text of Telegram as message styling (XEP-0393)', () => {
  it.each<readonly [string, readonly Part[], string]>([
    ['hello world', [['bold', 0, 5]], '*hello* world'],
    ['hello world', [['italic', 6, 5]], 'hello _world_'],
    ['hello world', [['underline', 6, 5]], 'hello _world_'],
    [
      'gone and code',
      [
        ['strike', 0, 4],
        ['code', 9, 4],
      ],
      '~gone~ and `code`',
    ],
    [
      'both of them',
      [
        ['bold', 0, 12],
        ['italic', 5, 2],
      ],
      '*both _of_ them*',
    ],
    [
      'all at once',
      [
        ['bold', 0, 11],
        ['italic', 0, 11],
        ['strike', 0, 11],
      ],
      '*_~all at once~_*',
    ],
    [
      'bold code',
      [
        ['bold', 0, 9],
        ['code', 5, 4],
      ],
      '*bold `code`*',
    ],
    [
      'over lap here',
      [
        ['bold', 0, 8],
        ['italic', 5, 8],
      ],
      '*over _lap_* _here_',
    ],
    ['one\ntwo', [['bold', 0, 7]], '*one*\n*two*'],
    [' spaced out ', [['bold', 0, 12]], ' *spaced out* '],
    [
      'a b',
      [
        ['bold', 0, 1],
        ['bold', 2, 1],
      ],
      '*a* *b*',
    ],
    [
      'hidden words',
      [
        ['spoiler', 0, 6],
        ['bold', 7, 5],
      ],
      'hidden *words*',
    ],
    ['👍 yes', [['bold', 3, 3]], '👍 *yes*'],
  ])('F24 %j', (text, parts, shown) => {
    expect(styledText(text, entities(parts))).toEqual({ text: shown, styled: true });
  });

  it.each<readonly [string, readonly Part[]]>([
    ['unbelievable', [['bold', 2, 6]]],
    ['(see) here', [['bold', 1, 3]]],
    ['2*3*4', [['bold', 0, 5]]],
    ['a b', [['bold', 1, 1]]],
    [
      '@some_name #a_b',
      [
        ['mention', 0, 10],
        ['hashtag', 11, 4],
      ],
    ],
  ])('F24 leaves out a style that could not be read again: %j', (text, parts) => {
    expect(styledText(text, entities(parts))).toEqual({ text, styled: false });
  });

  it.each<readonly [string, readonly Part[], string]>([
    ['*not* bold', [['bold', 6, 4]], `${GUARD}*not* *bold*`],
    ['> _ < bold', [['bold', 6, 4]], `${GUARD}> _ < *bold*`],
    ['```\nx bold', [['bold', 6, 4]], `${GUARD}\`\`\`\nx *bold*`],
    ['5 * 3 * bold', [['bold', 8, 4]], '5 * 3 * *bold*'],
    ['snake_case_name bold', [['bold', 16, 4]], 'snake_case_name *bold*'],
    ['_a_ b', [['bold', 0, 5]], `*${GUARD}_a_ b*`],
  ])('F24 literal marks beside styled words stay literal: %j', (text, parts, shown) => {
    expect(styledText(text, entities(parts))).toEqual({ text: shown, styled: true });
    expect(toEntities(shown).text).toBe(text);
  });

  it('F24 literal marks in unstyled text are left alone and said to be none', () => {
    const text = '*not* _this_ > ```';
    expect(styledText(text, [])).toEqual({ text, styled: false });
    expect(styledText(text, entities([['hashtag', 0, 3]]))).toEqual({ text, styled: false });
  });

  it.each<readonly [string, readonly TgEntity[], string]>([
    [
      'look:\nlet a = *b*;\n\nend',
      [{ kind: 'pre', offset: 6, length: 12, language: 'js' }],
      'look:\n```js\nlet a = *b*;\n```\n\nend',
    ],
    ['a\nb\nc', entities([['pre', 0, 3]]), '```\na\nb\n```\nc'],
    ['run x now', entities([['pre', 4, 1]]), 'run `x` now'],
    ['see a\nb now', entities([['pre', 4, 3]]), 'see \n```\na\nb\n```\n now'],
    ['x\n```\ny', entities([['pre', 0, 7]]), '```\nx\n ```\ny\n```'],
    ['evil', [{ kind: 'pre', offset: 0, length: 4, language: 'js\n```\n*' }], '```\nevil\n```'],
    ['said\nmore\nmine', entities([['quote', 0, 9]]), '> said\n> more\nmine'],
    [
      'said\n\nmore',
      entities([
        ['quote', 0, 10],
        ['bold', 0, 4],
      ]),
      '> *said*\n>\n> more',
    ],
    [
      'one\ntwo',
      entities([
        ['quote', 0, 3],
        ['quote', 4, 3],
      ]),
      '> one\n\n> two',
    ],
    ['say it mine', entities([['quote', 0, 6]]), '> say it\n mine'],
    [
      'a\nb',
      entities([
        ['quote', 0, 3],
        ['pre', 2, 1],
      ]),
      '> a\n> ```\n> b\n> ```',
    ],
  ])('F24 blocks: %j', (text, parts, shown) => {
    expect(styledText(text, parts)).toEqual({ text: shown, styled: true });
  });

  it.each<readonly [string, string, string]>([
    ['our site', 'https://example.org/a', 'our site (https://example.org/a)'],
    ['example.org', 'http://example.org/', 'example.org'],
    ['https://bank.example', 'https://evil.example/', 'https://bank.example (https://evil.example/)'],
    ['here ', 'https://example.org/', 'here (https://example.org/) '],
    ['here', 'https://x.example/\u202egpj.exe', 'here (https://x.example/%E2%80%AEgpj.exe)'],
    ['here', 'a\nb \ud800', 'here (a%0Ab)'],
  ])('S22 the address behind words is shown: %j to %j', (words, url, shown) => {
    const link = { kind: 'link', offset: 0, length: words.length, url } as const;
    expect(styledText(words, [link])).toEqual({ text: shown, styled: false });
  });

  it('S22 styles around a link hold its words, not its address', () => {
    const text = 'see this now';
    const link = { kind: 'link', offset: 4, length: 4, url: 'https://example.org/_a*' } as const;
    expect(styledText(text, [...entities([['bold', 0, 12]]), link]).text).toBe(
      '*see this* (https://example.org/_a*) *now*',
    );
    expect(styledText(text, [...entities([['quote', 0, 8]]), link]).text).toBe(
      '> see this (https://example.org/_a*)\n now',
    );
  });

  it.each<readonly [string, readonly Part[], string]>([
    ['short', [['bold', 2, 900]], 'short'],
    ['short', [['bold', -3, 8]], '*short*'],
    ['short', [['bold', 90, 2]], 'short'],
    ['short', [['bold', 1, -1]], 'short'],
    ['short', [['bold', Number.NaN, 2]], 'short'],
    ['short', [['bold', 0.5, 2]], 'short'],
    ['a 😀 b', [['bold', 3, 1]], 'a *😀* b'],
    ['a 😀 b', [['bold', 2, 1]], 'a *😀* b'],
  ])('F24 entities outside the text or within a character: %j %j', (text, parts, shown) => {
    expect(styledText(text, entities(parts)).text).toBe(shown);
  });

  it('S08 what XML forbids is replaced, and line ends are one character', () => {
    expect(styledText('a\u0000b\ud800c\r\nd\re', []).text).toBe('a\ufffdb\ufffdc \nd\ne');
  });

  const words = fc
    .array(
      fc.constantFrom('a', 'bc', ' ', '  ', '\n', '*', '_', '~', '`', '```', '>', '> ', '😀', '\u0000', '/'),
      {
        maxLength: 40,
      },
    )
    .map((all) => all.join(''));
  const someEntities = (...kinds: Kind[]) =>
    fc.array(
      fc.record({
        kind: fc.constantFrom(...kinds),
        offset: fc.integer({ min: -3, max: 70 }),
        length: fc.integer({ min: -1, max: 70 }),
        url: fc.constantFrom('https://example.org/', 'a*b', '*b*'),
      }),
      { maxLength: 12 },
    );

  it('F24 reads back as the same words, and nothing is styled that was not', () => {
    fc.assert(
      fc.property(words, someEntities('bold', 'italic', 'strike', 'code'), (text, parts) => {
        const shown = styledText(text, parts);
        const plain = styledText(text, []).text;
        if (!shown.styled) {
          expect(shown.text).toBe(plain);
          return;
        }
        const back = toEntities(`.\n${shown.text}\n.`);
        expect(back.text).toBe(`.\n${plain}\n.`);
        for (const { kind, offset, length } of back.entities)
          for (let at = offset - 2; at < offset - 2 + length; at += 1)
            expect(parts.some((part) => part.kind === kind && covers(part, at, plain))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('F24 keeps every word under any entities whatever', () => {
    const all = someEntities(
      'bold',
      'italic',
      'strike',
      'code',
      'pre',
      'quote',
      'spoiler',
      'emoji',
      'person',
    );
    const letters = (text: string) => text.replace(/[^abc😀]/gu, '');
    fc.assert(
      fc.property(words, all, (text, parts) => {
        const shown = styledText(text, parts);
        expect(letters(shown.text)).toBe(letters(text));
        expect(shown.text).toMatch(/^[^\0]*$/);
        if (shown.styled) expect(letters(toEntities(shown.text).text)).toBe(letters(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes no time for huge texts with everything in them', () => {
    const text = '*a _b ~c `d\n> e '.repeat(20_000);
    const parts = Array.from({ length: 200 }, (_, i) => ({
      kind: (['bold', 'italic', 'strike', 'code', 'pre', 'quote', 'link'] as const)[i % 7] ?? 'bold',
      offset: i * 1_000,
      length: 300_000,
      url: 'https://example.org/',
    }));
    expect(styledText(text, parts).text.length).toBeGreaterThan(text.length);
    const bold = Array.from({ length: 200 }, (_, i) => ({ kind: 'bold', offset: i * 2, length: 1 }) as const);
    expect(styledText('a '.repeat(100_000), bold).styled).toBe(true);
  });
});

/** Whether a part, repaired, covers a character. */
function covers({ offset, length }: { offset: number; length: number }, at: number, text: string): boolean {
  const half = (position: number) => /[\udc00-\udfff]/.test(text.charAt(position));
  const start = half(offset) ? offset - 1 : offset;
  const end = half(offset + length) ? offset + length + 1 : offset + length;
  return length > 0 && at >= start && at < end;
}
