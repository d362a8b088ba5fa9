import type { ErrorCode } from '../../../gateway/error.js';
import { shortenText } from '../../message/split-text.js';
import { nickResource } from '../../room/nick-resource.js';

/** UTF-16 units of a name, of the label behind it, and of names for rooms that take short ones only. */
const NAME_LENGTH = 60;
const LABEL_LENGTH = 24;
const SHORT_LENGTHS = [20, 10] as const;
/** Names that are tried with a number. */
const NUMBERED = 9;

/** Letters of other scripts that are drawn like Latin ones, as far as names of people are made of them (UTS 39 §4). */
const DRAWN_LIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['a', 'аɑα'],
    ['b', 'Ьʙ'],
    ['c', 'сϲ'],
    ['d', 'ԁ'],
    ['e', 'еҽ'],
    ['g', 'ɡ'],
    ['h', 'һ'],
    ['i', 'іιı1l|'],
    ['j', 'ј'],
    ['k', 'кκ'],
    ['m', 'м'],
    ['n', 'п'],
    ['o', 'оοо0'],
    ['p', 'рρ'],
    ['q', 'ԛ'],
    ['r', 'г'],
    ['s', 'ѕ5'],
    ['t', 'тτ'],
    ['u', 'υц'],
    ['v', 'ѵν'],
    ['w', 'ԝѡ'],
    ['x', 'хχ'],
    ['y', 'уγ'],
  ].flatMap(([latin = '', others = '']) => [...others].map((other) => [other, latin])),
);

/** What a name looks like: names with the same outline are taken for one another. Pure. */
export function outlineOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{Cc}\p{Cf}\p{Mn}\p{Z}\p{P}]/gu, '');
  return [...plain].map((letter) => DRAWN_LIKE[letter] ?? letter).join('');
}

/** A foreign name as it may stand in a room: never empty, nothing hidden in it, of one line and not too long. Pure. */
export function roomName(nick: string): string {
  const line = nick
    .slice(0, NAME_LENGTH * 4)
    .replace(/\s+/gu, ' ')
    .trim();
  return nickResource(shortenedTo(line, NAME_LENGTH), () => false);
}

/**
 * The names that are tried for somebody, in order: his own, unless he would be taken for another; then with the label of
 * his leg; then with numbers. A room that takes no such names is tried with short ones. The answer to each name is why
 * it was not taken.
 */
export function* standInNames(
  nick: string,
  label: string,
  isAnother: (name: string) => boolean,
): Generator<string, void, ErrorCode | undefined> {
  const name = roomName(nick);
  const labelled = roomName(
    `${shortenedTo(name, NAME_LENGTH - LABEL_LENGTH - 3)} [${shortenedTo(label, LABEL_LENGTH)}]`,
  );
  const all = [name, labelled];
  for (let number = 2; number <= NUMBERED; number += 1) all.push(`${labelled} ${number}`);
  for (const tried of all) {
    if (isAnother(tried)) continue;
    if ((yield tried) !== 'nick-invalid') continue;
    yield* shortNames(name, label, isAnother);
    return;
  }
}

function* shortNames(
  name: string,
  label: string,
  isAnother: (name: string) => boolean,
): Generator<string, void, ErrorCode | undefined> {
  for (const length of SHORT_LENGTHS) {
    const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9_-]/g, '');
    const short = plain.slice(0, length) || label.replace(/[^A-Za-z0-9_-]/g, '').slice(0, length) || 'guest';
    for (let number = 1; number <= NUMBERED; number += 1) {
      const tried = number === 1 ? short : `${short.slice(0, length - 1)}${number}`;
      if (isAnother(tried)) continue;
      if ((yield tried) === 'nick-invalid') break;
    }
  }
}

function shortenedTo(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${shortenText(text, length)
        .replace(/ \[…\]$/, '')
        .trim()}…`.slice(0, length + 1);
}
