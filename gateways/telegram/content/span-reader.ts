import type { EntityWriter } from './entity-writer.js';
import { GUARD, isSpace, isSpanMark, QUOTE, SPAN_MARKS } from './styling-marks.js';

const KINDS: ReadonlyMap<string, (typeof SPAN_MARKS)[number]['kind']> = new Map(
  SPAN_MARKS.map(({ mark, kind }) => [mark, kind]),
);

/** One line: directives become entities (XEP-0393 §5.2), and guards of {@link GUARD} have done their duty. */
export function readSpans(line: string, writer: EntityWriter): void {
  readWithin(line, 0, line.length, writer);
}

/**
 * A part of a line that begins a block, or follows an opening directive. Each level of nesting has another mark, since
 * a span ends at the first of its own: four passes at most, and a mark without an end is looked for once.
 */
function readWithin(line: string, start: number, end: number, writer: EntityWriter): void {
  const endless = new Set<string>();
  let done = start;
  for (let at = start; at < end; ) {
    const mark = line.charAt(at);
    const kind = KINDS.get(mark);
    const opens = kind !== undefined && !endless.has(mark) && isOpening(line, at, start, end);
    const close = opens ? closing(line, mark, at + 2, end) : -1;
    if (opens && close < 0) endless.add(mark);
    if (kind === undefined || close < 0) {
      at += 1;
      continue;
    }
    putPlain(line, done, at, writer);
    const from = writer.length;
    if (kind === 'code') writer.put(line.slice(at + 1, close));
    else readWithin(line, at + 1, close, writer);
    writer.mark(from, { kind });
    at = close + 1;
    done = at;
  }
  putPlain(line, done, end, writer);
}

/** After white space or at the beginning, and with something after it that is neither white space nor its own end. */
function isOpening(line: string, at: number, start: number, end: number): boolean {
  if (at > start && !isSpace(line.charAt(at - 1))) return false;
  const after = line.charAt(at + 1);
  return at + 1 < end && !isSpace(after) && after !== line.charAt(at);
}

/** Where the span ends; below 0 if nowhere. */
function closing(line: string, mark: string, from: number, end: number): number {
  for (let at = from; at < end; at += 1)
    if (line.charAt(at) === mark && !isSpace(line.charAt(at - 1))) return at;
  return -1;
}

function putPlain(line: string, start: number, end: number, writer: EntityWriter): void {
  const words = line.slice(start, end);
  let done = 0;
  for (let at = words.indexOf(GUARD); at >= 0; at = words.indexOf(GUARD, at + 1)) {
    const guarded = words.charAt(at + 1);
    if (!isSpanMark(guarded) && guarded !== QUOTE) continue;
    writer.put(words.slice(done, at));
    done = at + 1;
  }
  writer.put(words.slice(done));
}
