/** Size of a text on the wire, in bytes of the encoding in use. */
export type ByteLength = (text: string) => number;

/** Bytes in UTF-8. */
export const utf8Length: ByteLength = (text) => Buffer.byteLength(text, 'utf8');

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "all of ASCII"
const ascii = /^[\x00-\x7f]*$/;

/**
 * How many code units of `text` fit into `budget` bytes without cutting a character or a grapheme (UAX 29).
 * A single grapheme larger than the budget is cut between code points; at least one code point always fits.
 */
export function fitting(text: string, budget: number, byteLength: ByteLength): number {
  // A code unit takes at least one byte in every encoding that is let in, but an upper bound keeps this linear.
  const window = text.length > budget + 1 ? text.slice(0, budget + 1) : text;
  if (ascii.test(window)) return Math.max(1, Math.min(budget, window.length));
  let used = 0;
  let end = 0;
  for (const { segment, index } of graphemes.segment(window)) {
    used += byteLength(segment);
    if (used > budget) break;
    end = index + segment.length;
  }
  return end > 0 ? end : fittingCodePoints(window, budget, byteLength);
}

function fittingCodePoints(text: string, budget: number, byteLength: ByteLength): number {
  let used = 0;
  let end = 0;
  for (const point of text) {
    used += byteLength(point);
    if (used > budget && end > 0) break;
    end += point.length;
  }
  return end;
}

/** `text` cut to `budget` bytes between graphemes. */
export function truncate(text: string, budget: number, byteLength: ByteLength = utf8Length): string {
  if (text === '' || byteLength(text) <= budget) return text;
  return text.slice(0, fitting(text, budget, byteLength));
}
