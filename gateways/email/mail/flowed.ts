/** RFC 3676 §4.3: a line of its own, whatever its last space says. */
const SIGNATURE = '-- ';

/**
 * Undoes `format=flowed` (RFC 3676 §4): lines become paragraphs, each with the quote marks of its depth. libmime's
 * decoder knows nothing of quotes.
 */
export function decodeFlowed(text: string, deleteSpace: boolean): string {
  const paragraphs: string[] = [];
  let open: { depth: number; pieces: string[] } | undefined;
  const finish = (): void => {
    if (open !== undefined) paragraphs.push(quoted(open.depth, open.pieces.join('').trimEnd()));
    open = undefined;
  };
  for (const line of text.split('\n')) {
    const depth = /^>*/.exec(line)?.[0].length ?? 0;
    const content = line.slice(line[depth] === ' ' ? depth + 1 : depth);
    if (open !== undefined && (open.depth !== depth || content === SIGNATURE)) finish();
    if (content === SIGNATURE) {
      paragraphs.push(quoted(depth, SIGNATURE));
      continue;
    }
    open ??= { depth, pieces: [] };
    const flows = content.endsWith(' ');
    open.pieces.push(flows && deleteSpace ? content.slice(0, -1) : content);
    if (!flows) finish();
  }
  finish();
  return paragraphs.join('\n');
}

/** A stuffed `>` keeps its space: without it, it would be taken for a quote mark. */
function quoted(depth: number, paragraph: string): string {
  if (depth === 0) return paragraph.startsWith('>') ? ` ${paragraph}` : paragraph;
  return paragraph === '' ? '>'.repeat(depth) : `${'>'.repeat(depth)} ${paragraph}`;
}
