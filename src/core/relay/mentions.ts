import type { RelayMention, RelayWords } from './model.js';

/** Somebody of a relay whom words may name. */
export interface NamedPerson extends Pick<RelayMention, 'leg' | 'key' | 'nick'> {
  /** What he is called where the words are said: himself, or his stand-in. */
  readonly name: string;
}

/** Characters of one message in which people are looked for, and how many are found; more is no conversation. */
const MOST_TEXT = 4_000;
const MOST_MENTIONS = 50;
/** Names that are asked for in one message. */
const MOST_LOOKUPS = 20_000;
/** Characters and words of a name. */
const LONGEST_NAME = 64;
const MOST_WORDS = 4;
/** Characters around a name that are not of it: `(ann),`. */
const MOST_BEFORE = 2;
const MOST_AFTER = 3;
/** A shorter name is called by `name:` or `@name` only: too many words are equal to it. */
const SHORTEST_WORD = 3;

const BEFORE = /^[\p{Ps}\p{Pi}"'*_~]/u;
const AFTER = /[\p{P}~]$/u;
/** What stands there is shown as it is: quotations, blocks and spans of code (XEP-0393 §5.1, §6.2.4). */
const LITERAL = /^```[^\n]*(?:\n(?!```)[^\n]*)*(?:\n```)?|^>[^\n]*|`[^`\n]+`/gmu;

/** How names are compared: people do not care for case. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * Who is named in words: at their beginning (`name: …`, `name, …`), after an `@`, or by a word that is equal to his
 * name. Pure; its work is bounded whatever the words and however many people there are.
 * @param called who is called so; gets the name folded
 * @param told mentions that came with the words
 */
export function findMentions(
  text: string,
  called: (folded: string) => NamedPerson | undefined,
  told: readonly RelayMention[] = [],
): readonly RelayMention[] {
  const found = sound(text, told).slice(0, MOST_MENTIONS);
  const taken = [...found, ...literals(text)].sort((one, other) => one.begin - other.begin);
  const chunks = [...text.slice(0, MOST_TEXT).matchAll(/\S+/gu)];
  let lookups = 0;
  let free = 0;
  const isTaken = (begin: number, end: number): boolean => {
    while ((taken[free]?.end ?? Number.POSITIVE_INFINITY) <= begin) free += 1;
    return (taken[free]?.begin ?? Number.POSITIVE_INFINITY) < end;
  };
  for (let at = 0; at < chunks.length && found.length < MOST_MENTIONS && lookups < MOST_LOOKUPS; ) {
    const { name: match, words } = nameAt(text, chunks, at, (name) => {
      lookups += 1;
      return called(foldName(name));
    });
    at += words;
    if (match && !isTaken(match.begin, match.end)) found.push(match);
  }
  return found.sort((one, other) => one.begin - other.begin);
}

/** Somebody who is named in a text, by what he is called there. */
export interface PlacedMention {
  readonly begin: number;
  readonly end: number;
  readonly mention: RelayMention;
}

/**
 * The words as another leg reads them: everybody by what he is called there. Pure.
 * @param nameOf undefined: he has no name there, and the text stays
 */
export function callByNames(
  { text, mentions = [] }: Pick<RelayWords, 'text' | 'mentions'>,
  nameOf: (mention: RelayMention) => string | undefined,
): { readonly text: string; readonly mentions: readonly PlacedMention[] } {
  const placed: PlacedMention[] = [];
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  const put = (words: string): void => {
    parts.push(words);
    length += words.length;
  };
  for (const mention of sound(text, mentions)) {
    const name = nameOf(mention)
      ?.replace(/\p{C}+/gu, ' ')
      .trim()
      .slice(0, LONGEST_NAME);
    if (!name) continue;
    put(text.slice(from, mention.begin));
    from = mention.end;
    const begin = length;
    put(name);
    placed.push({ begin, end: length, mention });
    // `@name` at the beginning addresses somebody, which is `name:` everywhere.
    if (mention.begin === 0 && text.startsWith('@') && /^\s/u.test(text.slice(from, from + 1))) put(':');
  }
  put(text.slice(from));
  return { text: parts.join(''), mentions: placed };
}

/** The longest name that begins with a chunk, and how many chunks are dealt with. */
function nameAt(
  text: string,
  chunks: readonly RegExpMatchArray[],
  at: number,
  called: (name: string) => NamedPerson | undefined,
): { readonly name?: RelayMention; readonly words: number } {
  const first = chunks[at];
  const start = first?.index ?? 0;
  for (let words = Math.min(MOST_WORDS, chunks.length - at); words > 0; words -= 1) {
    const last = chunks[at + words - 1];
    const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
    if (end - start > LONGEST_NAME + MOST_BEFORE + MOST_AFTER + 1) continue;
    const span = text.slice(start, end);
    // A name is within one line.
    if (words > 1 && span.includes('\n')) continue;
    const name = nameIn(span, start, called);
    if (name) return { name, words };
  }
  return { words: 1 };
}

function nameIn(
  span: string,
  start: number,
  called: (name: string) => NamedPerson | undefined,
): RelayMention | undefined {
  for (let before = 0, rest = span; ; before += 1) {
    const marked = rest.startsWith('@');
    for (let after = 0, name = marked ? rest.slice(1) : rest; name !== ''; after += 1) {
      const person = called(name);
      const addressed =
        start === 0 && before === 0 && /^[:,]/u.test(span.slice((marked ? 1 : 0) + name.length));
      if (person && (marked || addressed || isWord(name, person))) {
        const begin = start + span.length - rest.length;
        const { leg, key, nick } = person;
        return { begin, end: begin + (marked ? 1 : 0) + name.length, leg, key, nick };
      }
      const shorter = name.replace(AFTER, '');
      if (after >= MOST_AFTER || shorter === name) break;
      name = shorter;
    }
    const shorter = rest.replace(BEFORE, '');
    if (marked || before >= MOST_BEFORE || shorter === rest) return undefined;
    rest = shorter;
  }
}

/** A plain word names somebody only if it is written as his name is. */
function isWord(word: string, { name }: NamedPerson): boolean {
  return word === name.normalize('NFC') && [...word].length >= SHORTEST_WORD;
}

function literals(text: string): readonly Pick<RelayMention, 'begin' | 'end'>[] {
  return [...text.slice(0, MOST_TEXT).matchAll(LITERAL)].map(({ index, 0: { length } }) => ({
    begin: index,
    end: index + length,
  }));
}

/** In order, within the text and none in another. */
function sound(text: string, mentions: readonly RelayMention[]): RelayMention[] {
  let free = 0;
  return [...mentions]
    .sort((one, other) => one.begin - other.begin || one.end - other.end)
    .filter(({ begin, end }) => {
      const isSound = Number.isInteger(begin) && begin >= free && end > begin && end <= text.length;
      if (isSound) free = end;
      return isSound;
    });
}
