/** Directives of spans (XEP-0393 §5.2) with the kinds of Telegram's entities that they stand for. */
export const SPAN_MARKS = [
  { kind: 'bold', mark: '*', bit: 1 },
  { kind: 'italic', mark: '_', bit: 2 },
  { kind: 'strike', mark: '~', bit: 4 },
  { kind: 'code', mark: '`', bit: 8 },
] as const;

/** The bit of what may hold no other span (XEP-0393 §5.2.5). */
export const CODE_BIT = 8;

/** Begins and ends a preformatted block (XEP-0393 §5.1.2). */
export const FENCE = '```';

/** Begins every line of a quotation (XEP-0393 §5.1.3). */
export const QUOTE = '>';

/**
 * Word joiner (U+2060): before a character that would be a directive it makes it a plain one, since a directive opens
 * only at the beginning, after white space or after another directive (XEP-0393 §5.2, §8). Shows as nothing.
 */
export const GUARD = '\u2060';

/** Whether a character that stands for itself could be taken for a directive of a span. */
export function isSpanMark(character: string): boolean {
  return character === '*' || character === '_' || character === '~' || character === '`';
}

const RARE_SPACES: ReadonlySet<number> = new Set([0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);

/** `White_Space` of the Unicode Character Database (XEP-0393 §3), which is not quite what `\s` is. */
export function isSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code <= 0xa0) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x85 || code === 0xa0;
  return (code >= 0x2000 && code <= 0x200a) || RARE_SPACES.has(code);
}
