/** Where a text is rather cut: at white space in this last part of what fits. */
const BREAK_WINDOW = 0.5;
/** UTF-16 units before a cut that are looked at for a grapheme that must not be torn (UAX 29). */
const GRAPHEME_WINDOW = 64;
const CUT_MARK = ' […]';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A text in parts of at most `length` UTF-16 units, in order, cut at white space or else between graphemes; at most
 * `parts` of them, the last one marked where more was cut off.
 */
export function splitText(text: string, length: number, parts: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > length && pieces.length < parts - 1) {
    const end = cutAt(rest, length);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^[ \n]/, '');
  }
  if (rest !== '' || pieces.length === 0) pieces.push(shortenText(rest, length));
  return pieces;
}

/** At most `length` UTF-16 units, marked as cut where something is missing. */
export function shortenText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, cutAt(text, Math.max(1, length - CUT_MARK.length)))}${CUT_MARK}`;
}

/** At least one unit, at most `length`. */
function cutAt(text: string, length: number): number {
  const least = Math.floor(length * (1 - BREAK_WINDOW));
  const newline = text.lastIndexOf('\n', length);
  const space = newline > least ? newline : text.lastIndexOf(' ', length);
  return space > least ? space : graphemeEnd(text, length);
}

function graphemeEnd(text: string, length: number): number {
  const start = Math.max(0, length - GRAPHEME_WINDOW);
  let end = 0;
  for (const { index } of graphemes.segment(text.slice(start, length + GRAPHEME_WINDOW))) {
    if (start + index > length) break;
    end = start + index;
  }
  // A grapheme as large as the window is torn, but never inside a surrogate pair.
  if (end > start) return end;
  return length > 1 && /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
}
