import type { TgEntity } from '../client/model.js';
import type { EntityText } from './expand-links.js';

/** Entities of one message (core.telegram.org/api/entities); further ones would have it refused. */
const MAX_ENTITIES = 100;
/** Before a cut, how far back a better place is looked for: this part of what may be in one message. */
const LOOK_BACK = 0.5;
/** UTF-16 units around a cut in which characters are taken whole; the longest emoji have about 30. */
const AROUND = 64;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A text as messages of at most `most` UTF-16 units (F25): cut between lines, else between words, else between
 * characters; nothing is lost but white space at a cut. Styles go on in the next part. Empty for no text.
 */
export function splitEntityText({ text, entities }: EntityText, most: number): readonly EntityText[] {
  const parts: EntityText[] = [];
  for (let start = skipSpace(text, 0); start < text.length; ) {
    const end = text.length - start <= most ? text.length : cutAt(text, start, most);
    const words = text.slice(start, end).trimEnd();
    if (words !== '') parts.push({ text: words, entities: within(entities, start, start + words.length) });
    start = skipSpace(text, end);
  }
  return parts;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at).trim() === '') at += 1;
  return at;
}

function cutAt(text: string, start: number, most: number): number {
  const earliest = start + Math.floor(most * LOOK_BACK);
  const late = text.slice(earliest, start + most + 1);
  for (const separator of ['\n', ' ']) {
    const at = late.lastIndexOf(separator);
    if (at > 0) return earliest + at;
  }
  const end = start + most;
  const from = Math.max(start, end - AROUND);
  const segment = graphemes.segment(text.slice(from, end + AROUND)).containing(end - from);
  const at = from + (segment?.index ?? 0);
  // One grapheme longer than a message: rather cut it than stand still, yet between code points.
  if (at > start) return at;
  return /[\udc00-\udfff]/.test(text.charAt(end)) && most > 1 ? end - 1 : end;
}

function within(entities: readonly TgEntity[], start: number, end: number): readonly TgEntity[] {
  const inside: TgEntity[] = [];
  for (const entity of entities) {
    const from = Math.max(entity.offset, start);
    const to = Math.min(entity.offset + entity.length, end);
    if (to > from) inside.push({ ...entity, offset: from - start, length: to - from });
    if (inside.length === MAX_ENTITIES) break;
  }
  return inside;
}
