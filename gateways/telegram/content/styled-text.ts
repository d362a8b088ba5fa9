import type { TgEntity } from '../client/model.js';
import { expandLinks } from './expand-links.js';
import { soundEntities, soundText } from './sound-text.js';
import { SpanWriter, spanMasks } from './span-writer.js';
import { FENCE, QUOTE } from './styling-marks.js';
import { type TextLine, textLines } from './text-lines.js';

/** What follows the fence of a block of code (core.telegram.org/api/entities) and cannot be mistaken for code. */
const LANGUAGE = /^[\w+#.-]{1,32}$/;

/** A text for XMPP. */
export interface StyledText {
  readonly text: string;
  /** Marks in it are directives of XEP-0393; else there are none, whatever it looks like (F24). */
  readonly styled: boolean;
}

/**
 * Telegram's text as message styling (XEP-0393): bold, italic (and underlined), struck through, code, blocks of code,
 * quotations; the addresses of links after their words. A style that XEP-0393 cannot show where it stands, such as
 * within a word, is left out; all words stay. Entities may be anything.
 */
export function styledText(raw: string, entities: readonly TgEntity[]): StyledText {
  const sound = soundText(raw);
  if (entities.length === 0) return { text: sound, styled: false };
  const { text, entities: parts } = expandLinks({ text: sound, entities: soundEntities(sound, entities) });
  const spans = parts.map((entity) =>
    isInline(text, entity) ? ({ ...entity, kind: 'code' } as const) : entity,
  );
  const lines = textLines(text, spans);
  const writer = new SpanWriter(text, spanMasks(text, spans));
  const out: string[] = [];
  let previous: TextLine | undefined;
  for (const line of lines) {
    endBlocks(previous, line, out);
    const words = content(text, line, writer);
    out.push(...beginPre(previous, line), line.quote && words === '' ? QUOTE : `${prefix(line)}${words}`);
    previous = line;
  }
  endBlocks(previous, undefined, out);
  const blocks = lines.some(({ pre, quote }) => pre || quote);
  if (!blocks && !writer.styled) return { text, styled: false };
  return { text: out.join('\n'), styled: true };
}

/** Code of one line within a line of text: a block of its own would tear the sentence. */
function isInline(text: string, { kind, offset, length }: TgEntity): boolean {
  if (kind !== 'pre' || text.slice(offset, offset + length).includes('\n')) return false;
  const begins = offset === 0 || text.charAt(offset - 1) === '\n';
  const ends = offset + length === text.length || text.charAt(offset + length) === '\n';
  return !begins || !ends;
}

function prefix({ quote }: TextLine): string {
  return quote ? `${QUOTE} ` : '';
}

function content(text: string, { start, end, pre }: TextLine, writer: SpanWriter): string {
  if (!pre) return writer.line(start, end);
  const line = text.slice(start, end);
  // Three grave accents alone would end the block (XEP-0393 §5.1.2).
  return line === FENCE ? ` ${line}` : line;
}

function beginPre(previous: TextLine | undefined, line: TextLine): readonly string[] {
  const { pre, quote } = line;
  if (!pre || (previous?.pre === pre && previous.quote === quote)) return [];
  const { language = '' } = pre;
  return [`${prefix(line)}${FENCE}${LANGUAGE.test(language) ? language : ''}`];
}

function endBlocks(previous: TextLine | undefined, line: TextLine | undefined, out: string[]): void {
  if (!previous) return;
  const otherQuote = previous.quote !== line?.quote;
  if (previous.pre && (previous.pre !== line?.pre || otherQuote)) out.push(`${prefix(previous)}${FENCE}`);
  // Two quotations without anything between would be one.
  if (otherQuote && previous.quote && line?.quote) out.push('');
}
