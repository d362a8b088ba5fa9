import { type ByteLength, truncate } from '../text/bytes.js';

/** RFC 1459 §2.3: 512 bytes with CR LF. */
export const lineBytes = 510;

const breaks = /[\r\n\0]+/g;
const anyBreak = /[\r\n\0]/;

/**
 * The last gate before the wire, for every line whatever its origin: CR, LF and NUL become a space, so one
 * call is one line on the wire (F26), and what a server would cut anyway is cut between characters.
 */
export function cleanLine(line: string, byteLength: ByteLength): string {
  const clean = anyBreak.test(line) ? line.replace(breaks, ' ') : line;
  // Three bytes a code unit is the most that UTF-8 takes.
  return clean.length * 3 <= lineBytes ? clean : truncate(clean, lineBytes, byteLength);
}

/** Whether a value can stand as one middle parameter (RFC 1459 §2.3.1). */
export function isMiddle(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return value !== '' && !value.startsWith(':') && !/[\x00-\x20\x7f]/.test(value);
}
