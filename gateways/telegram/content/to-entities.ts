import type { PeerId } from '../client/model.js';
import { EntityWriter } from './entity-writer.js';
import type { EntityText } from './expand-links.js';
import { withMentions } from './mentions.js';
import { readSpans } from './span-reader.js';
import { FENCE, QUOTE } from './styling-marks.js';

/** A word after the fence that is taken for the language; anything else there is the user's text and stays. */
const LANGUAGE = /^[\w+#.-]{1,32}$/;

/** How a text of the user is to be read. */
export interface ReadingOptions {
  /** XEP-0393 §6: marks are plain characters. */
  readonly unstyled?: boolean;
  /** Who is called so in that chat, if anybody is; asked of words that stand where a mention does. */
  readonly member?: (name: string) => PeerId | undefined;
}

/**
 * The user's text in message styling (XEP-0393) as Telegram's: without the directives, as entities instead. What
 * Telegram finds by itself (links, `@username`, numbers, hashtags) is left to it. Time grows with the text only.
 */
export function toEntities(text: string, { unstyled = false, member }: ReadingOptions = {}): EntityText {
  const writer = new EntityWriter();
  if (unstyled) writer.put(text);
  else readBlocks(text.split('\n'), writer, false);
  const read = writer.result();
  return member ? withMentions(read, member) : read;
}

/** Telegram has no quotation within a quotation: the inner one keeps its marks. */
function readBlocks(lines: readonly string[], writer: EntityWriter, quoted: boolean): void {
  for (let at = 0; at < lines.length; ) {
    if (at > 0) writer.put('\n');
    const line = lines[at] ?? '';
    if (line.startsWith(FENCE)) at = readPre(lines, at, writer);
    else if (line.startsWith(QUOTE) && !quoted) at = readQuote(lines, at, writer);
    else {
      readSpans(line, writer);
      at += 1;
    }
  }
}

/** XEP-0393 §5.1.2: up to a line of three grave accents, or to the end of what the block is in. */
function readPre(lines: readonly string[], at: number, writer: EntityWriter): number {
  const first = lines[at] ?? '';
  const rest = first.slice(FENCE.length);
  const start = writer.length;
  // People write a block into one line too, though the specification has no such thing.
  const inOne = rest.length > FENCE.length && rest.endsWith(FENCE) ? rest.slice(0, -FENCE.length) : undefined;
  if (inOne !== undefined && inOne.trim() !== '') {
    writer.put(inOne);
    writer.mark(start, { kind: 'pre' });
    return at + 1;
  }
  const close = lines.indexOf(FENCE, at + 1);
  const end = close < 0 ? lines.length : close;
  const code = lines.slice(at + 1, end);
  const language = LANGUAGE.test(rest.trim()) && code.length > 0 ? rest.trim() : undefined;
  if (language === undefined && rest.trim() !== '') code.unshift(rest);
  const words = code.join('\n');
  if (words.trim() === '') {
    writer.put(lines.slice(at, end + 1).join('\n'));
  } else {
    writer.put(words);
    writer.mark(start, { kind: 'pre', ...(language !== undefined && { language }) });
  }
  return end + 1;
}

/** XEP-0393 §5.1.3: all lines in a row that begin so, each without the mark and one white space after it. */
function readQuote(lines: readonly string[], at: number, writer: EntityWriter): number {
  let end = at;
  while (lines[end]?.startsWith(QUOTE)) end += 1;
  const inner = lines.slice(at, end).map((line) => line.slice(QUOTE.length).replace(/^\s/, ''));
  if (inner.every((line) => line.trim() === '')) {
    writer.put(lines.slice(at, end).join('\n'));
    return end;
  }
  const start = writer.length;
  readBlocks(inner, writer, true);
  writer.mark(start, { kind: 'quote' });
  return end;
}
