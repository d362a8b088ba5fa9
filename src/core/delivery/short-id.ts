/** No vowels and no digits: what comes of it is neither a word nor the number of a choice. */
const LETTERS = 'bcdfghjkmnpqrstvwxz';
const LENGTH = 5;
/** Hexadecimal digits of an id that are drawn at random for every message (UUIDv7, RFC 9562 §5.7). */
const RANDOM_DIGITS = 12;

/**
 * A name for a message that a person can type. It stays the same as long as the message is there; among a few hundred
 * two are hardly ever the same.
 */
export function shortId(id: string): string {
  let rest = Number.parseInt(id.slice(-RANDOM_DIGITS), 16);
  let name = '';
  for (let place = 0; place < LENGTH; place += 1) {
    name += LETTERS[rest % LETTERS.length];
    rest = Math.floor(rest / LETTERS.length);
  }
  return name;
}
