/** Characters of a line with its quote marks and the space at its end; RFC 3676 §4.2 wants at most 78. */
const LINE = 76;
/** However deep a quotation is, this much of a line is left for words. */
const MAX_DEPTH = 32;
/** RFC 3676 §4.3: the one line whose space at the end does not make it flow. */
const SIGNATURE = '-- ';
const FENCE = '```';
/** Controls that no text has, but tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** Text of a message with one kind of line ends, no other controls and no halves of characters. */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * Text with `\n` line ends as `format=flowed; delsp=no` (RFC 3676 §4) with CRLF ends: paragraphs are broken at spaces
 * into lines that belong together. With `styled`, lines that begin with `>` are quotations and what stands between
 * fences (XEP-0393 §5.1.2) is not broken; else every line is the writer's own.
 */
export function flowedText(text: string, styled: boolean): string {
  const lines: string[] = [];
  let fenced: number | undefined;
  for (const line of text.split('\n')) {
    const { depth, content } = styled ? unquoted(line) : { depth: 0, content: line };
    const fence = styled && content.startsWith(FENCE);
    if (fenced !== undefined && fenced !== depth) fenced = undefined;
    const fixed = fenced !== undefined || fence || content === SIGNATURE;
    if (fence) fenced = fenced === undefined ? depth : undefined;
    const prefix = '>'.repeat(depth);
    for (const piece of fixed ? [trimmed(content)] : broken(trimmed(content), LINE - depth))
      lines.push(prefix + stuffed(piece, depth > 0));
  }
  return lines.join('\r\n');
}

/** Marks of a quotation, which may have spaces between them, and the rest. */
function unquoted(line: string): { readonly depth: number; readonly content: string } {
  let depth = 0;
  let at = 0;
  while (line[at] === '>') {
    depth += 1;
    at += line[at + 1] === ' ' ? 2 : 1;
  }
  return { depth: Math.min(depth, MAX_DEPTH), content: line.slice(at) };
}

/** A space at the end of a line would make it flow into the next (RFC 3676 §4.2). */
function trimmed(line: string): string {
  return line === SIGNATURE ? line : line.replace(/ +$/, '');
}

/** Lines that all but the last end with a space; what has no spaces stays whole. */
function broken(paragraph: string, width: number): readonly string[] {
  if (paragraph.length <= width) return [paragraph];
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.match(/^ *[^ ]* *|[^ ]+ */g) ?? []) {
    // Two hyphens alone would end the text as a signature does.
    if (line !== '' && line !== SIGNATURE && line.length + word.trimEnd().length > width) {
      lines.push(line);
      line = '';
    }
    line += word;
  }
  return [...lines, line];
}

/** RFC 3676 §4.4: so that no line of the text is taken for a quotation, and no mailbox file splits at it. */
function stuffed(line: string, quoted: boolean): string {
  return (quoted && line !== '') || /^( |>|From )/.test(line) ? ` ${line}` : line;
}
