import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callByNames, findMentions, foldName, type NamedPerson } from '../../../src/core/relay/mentions.js';

const book = (...names: readonly string[]): ((folded: string) => NamedPerson | undefined) => {
  const people = new Map(
    names.map((name) => [foldName(name), { leg: 'a@rooms', key: `k-${name}`, nick: name, name }]),
  );
  return (folded) => people.get(folded);
};
const named = (text: string, ...names: readonly string[]): readonly string[] =>
  findMentions(text, book(...names)).map(({ begin, end, nick }) => `${text.slice(begin, end)}=${nick}`);

describe('who is named in words', () => {
  it.each([
    ['ann: hello', ['ann=ann']],
    ['Ann, hello', ['Ann=ann']],
    ['@ann hello', ['@ann=ann']],
    ['I said it to ann.', ['ann=ann']],
    ['(ann) or "ann"?', ['ann=ann', 'ann=ann']],
    ['ann-marie and annex and joann', []],
    ['ann@example.org https://example.org/ann', []],
    ['I like Ann', []],
  ])('%j', (text, found) => {
    expect(named(text, 'ann')).toEqual(found);
  });

  it.each([
    ['Ann Smith: hello', ['Ann Smith=Ann Smith']],
    ['hello @Ann Smith, how are you', ['@Ann Smith=Ann Smith']],
    ['Ann\nSmith', ['Ann=Ann']],
  ])('with names of several words: %j', (text, found) => {
    expect(named(text, 'Ann', 'Ann Smith')).toEqual(found);
  });

  it('calls nobody by a word of two letters, unless it is said to him', () => {
    expect(named('it is on', 'is', 'it')).toEqual([]);
    expect(named('it: is that so? @is', 'is', 'it')).toEqual(['it=it', '@is=is']);
  });

  it('takes what punctuation is of a name for the name', () => {
    expect(named('[ann]: is it you, {bob}_?', '[ann]', '{bob}_')).toEqual(['[ann]=[ann]', '{bob}_={bob}_']);
  });

  it('leaves quotations and code as they are', () => {
    expect(named('> ann said\n`call ann now`\n```\nann\n```', 'ann')).toEqual([]);
    expect(named('```\nann\n```\nann', 'ann')).toEqual(['ann=ann']);
  });

  it('finds nobody within what the leg itself has told', () => {
    const told = { begin: 0, end: 4, leg: 'b@rooms', key: 'u1', nick: 'Annette' };
    expect(findMentions('@ann and ann', book('ann'), [told])).toEqual([
      told,
      { begin: 9, end: 12, leg: 'a@rooms', key: 'k-ann', nick: 'ann' },
    ]);
  });

  it('does not trust the places that it is told of', () => {
    const told = [
      { begin: -1, end: 2, leg: 'b', key: 'x', nick: 'x' },
      { begin: 1, end: 99, leg: 'b', key: 'x', nick: 'x' },
      { begin: 2, end: 2, leg: 'b', key: 'x', nick: 'x' },
      { begin: 0.5, end: 2, leg: 'b', key: 'x', nick: 'x' },
    ];
    expect(findMentions('hello', book(), told)).toEqual([]);
  });

  it('asks for a bounded number of names', () => {
    const texts = [
      'a '.repeat(50_000),
      '((*@a),,, '.repeat(20_000),
      '@'.repeat(100_000),
      '`'.repeat(100_000),
    ];
    for (const text of texts) {
      let asked = 0;
      findMentions(text, (name) => {
        asked += 1;
        expect(name.length).toBeLessThan(100);
        return undefined;
      });
      expect(asked).toBeLessThan(20_100);
    }
  });

  it('finds a bounded number of people', () => {
    expect(findMentions('@ann '.repeat(10_000), book('ann'))).toHaveLength(50);
  });
});

describe('people called by their names on another leg', () => {
  const told = (text: string, name: string | undefined, ...names: readonly string[]): string =>
    callByNames({ text, mentions: findMentions(text, book(...names)) }, () => name).text;

  it('has the name of the other leg in the place of this one', () => {
    expect(told('ann: hello, said ann', 'ann_', 'ann')).toBe('ann_: hello, said ann_');
    expect(told('hello @ann!', 'Ann Smith', 'ann')).toBe('hello Ann Smith!');
    expect(told('@ann hello', 'Ann', 'ann')).toBe('Ann: hello');
    expect(told('hello @ann', undefined, 'ann')).toBe('hello @ann');
  });

  it('lets no name break a line, or be as long as it likes', () => {
    expect(told('ann: hello', 'a\r\nQUIT', 'ann')).toBe('a QUIT: hello');
    expect(told('ann: hello', 'x'.repeat(1_000), 'ann').length).toBeLessThan(100);
  });

  it('says where it has put the names', () => {
    const text = '@ann and @bob, hello';
    const mentions = findMentions(text, book('ann', 'bob'));
    const { text: said, mentions: placed } = callByNames({ text, mentions }, ({ nick }) => `${nick}-there`);
    expect(placed.map(({ begin, end }) => said.slice(begin, end))).toEqual(['ann-there', 'bob-there']);
  });

  it('holds for whatever words and names', () => {
    const nick = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{2,8}$/);
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('\n', '@', '`', '> '),
    );
    const scene = fc
      .tuple(fc.uniqueArray(nick, { minLength: 1, maxLength: 5, selector: foldName }), fc.array(word))
      .chain(([nicks, words]) =>
        fc.record({
          nicks: fc.constant(nicks),
          text: fc
            .shuffledSubarray([...words, ...nicks, ...nicks.map((one) => `@${one}`)])
            .map((parts) => parts.join(' ')),
        }),
      );
    fc.assert(
      fc.property(scene, ({ nicks, text }) => {
        const mentions = findMentions(text, book(...nicks));
        let free = 0;
        for (const { begin, end, nick } of mentions) {
          expect(begin).toBeGreaterThanOrEqual(free);
          expect(foldName(text.slice(begin, end).replace(/^@/, ''))).toBe(foldName(nick));
          free = end;
        }
        const there = callByNames({ text, mentions }, ({ nick }) => `${nick}x`);
        expect(there.mentions.map(({ mention }) => mention)).toEqual(mentions);
        for (const { begin, end, mention } of there.mentions)
          expect(there.text.slice(begin, end)).toBe(`${mention.nick}x`);
        expect(callByNames({ text, mentions }, () => undefined).text).toBe(text);
      }),
    );
  });
});
