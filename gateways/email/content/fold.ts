import {
  Attributions,
  isForwardMarker,
  isHeaderBlock,
  isOriginalMarker,
  isQuoted,
  isRuler,
} from './quotation.js';
import { signatureStart } from './signature.js';

/** What a line of a mail is to its reader. */
export type LineKind = 'shown' | 'quotation' | 'signature';

/** What is known of a mail besides its lines. */
export interface FoldHints {
  /** It passes another mail on: that is content. */
  readonly forward: boolean;
  /** Chat mail: what stands quoted above an answer is the message that it answers (XEP-0461 tells that). */
  readonly chat: boolean;
}

/** A quotation above the answer that is longer was not picked for it. */
const PICKED_LINES = 8;

/**
 * Tells the sender's words from what was said before and from his signature. What is quoted between his words stays:
 * they answer it. A text of nothing but a quotation is shown. Linear in the number of lines.
 */
export function fold(lines: readonly string[], hints: FoldHints): LineKind[] {
  const kinds: LineKind[] = lines.map(() => 'shown');
  const attributions = new Attributions();
  const { end, tail } = ownEnd(lines, hints, attributions);
  if (tail === 'quotation') kinds.fill('quotation', end);
  const own = foldEnd(lines, end, kinds, attributions);
  foldStart(lines, own, kinds, attributions, hints);
  const nothing = lines.every((line, at) => kinds[at] !== 'shown' || line.trim() === '');
  return nothing ? kinds.map((kind) => (kind === 'quotation' ? 'shown' : kind)) : kinds;
}

/** Where the sender's own words end at the latest, by what marks the mail before, and what the rest is. */
function ownEnd(
  lines: readonly string[],
  hints: FoldHints,
  attributions: Attributions,
): { readonly end: number; readonly tail: 'shown' | 'quotation' } {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '' || isQuoted(line)) continue;
    if (isForwardMarker(line)) return { end: at, tail: 'shown' };
    const marked = isOriginalMarker(line) || isHeaderBlock(lines, at);
    if (!marked && !isPlainQuotation(lines, at, attributions)) continue;
    return { end: aboveRuler(lines, at), tail: hints.forward ? 'shown' : 'quotation' };
  }
  return { end: lines.length, tail: 'shown' };
}

/** An attribution with a date and an author, and below it text without quotation marks up to the end. */
function isPlainQuotation(lines: readonly string[], at: number, attributions: Attributions): boolean {
  let next = attributions.endOfPlain(lines, at);
  if (next === undefined) return false;
  while (next < lines.length && lines[next]?.trim() === '') next++;
  return next < lines.length && !isQuoted(lines[next] ?? '');
}

function aboveRuler(lines: readonly string[], at: number): number {
  let above = at;
  while (above > 0 && lines[above - 1]?.trim() === '') above--;
  return above > 0 && isRuler(lines[above - 1] ?? '') ? above - 1 : at;
}

/** Folds signatures and quotations away from the end until there are none; returns where the own words end. */
function foldEnd(
  lines: readonly string[],
  from: number,
  kinds: LineKind[],
  attributions: Attributions,
): number {
  let end = from;
  for (;;) {
    while (end > 0 && lines[end - 1]?.trim() === '') end--;
    const signature = signatureStart(lines, end);
    if (signature !== undefined) {
      kinds.fill('signature', signature, end);
      end = signature;
      continue;
    }
    if (end === 0 || !isQuoted(lines[end - 1] ?? '')) return end;
    const start = attributions.above(lines, blockStart(lines, end), 0);
    kinds.fill('quotation', start, end);
    end = start;
  }
}

/** Where the quotation begins whose last line is before `end`; empty lines between quoted ones belong to it. */
function blockStart(lines: readonly string[], end: number): number {
  let start = end;
  for (let at = end - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (isQuoted(line)) start = at;
    else if (line.trim() !== '') break;
  }
  return start;
}

/** A quotation above the only answer goes where it was not picked for it. */
function foldStart(
  lines: readonly string[],
  end: number,
  kinds: LineKind[],
  attributions: Attributions,
  hints: FoldHints,
): void {
  const first = lines.findIndex((line, at) => at < end && isQuoted(line));
  if (first < 0) return;
  let after = first;
  let quoted = 0;
  for (; after < end; after++) {
    const line = lines[after] ?? '';
    if (isQuoted(line)) quoted++;
    else if (line.trim() !== '') break;
  }
  if (lines.some((line, at) => at >= after && at < end && isQuoted(line))) return;
  const start = attributions.above(lines, first, 0);
  const onTop = lines.slice(0, start).every((line) => line.trim() === '');
  if (onTop && (hints.chat || quoted > PICKED_LINES)) kinds.fill('quotation', start, after);
}

/** Lines of one kind, without the empty ones around them. */
export function linesOf(
  lines: readonly string[],
  kinds: readonly LineKind[],
  kind: LineKind,
): readonly string[] {
  const chosen: string[] = [];
  lines.forEach((line, at) => {
    if (kinds[at] === kind) chosen.push(line);
    else if (chosen.length > 0 && chosen.at(-1) !== '') chosen.push('');
  });
  while (chosen.length > 0 && chosen.at(-1)?.trim() === '') chosen.pop();
  const start = chosen.findIndex((line) => line.trim() !== '');
  return start > 0 ? chosen.slice(start) : chosen;
}
