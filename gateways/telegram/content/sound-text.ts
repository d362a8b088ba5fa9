import type { TgEntity } from '../client/model.js';

/** Entities of one message that are looked at; Telegram itself takes 100. */
const MAX_ENTITIES = 200;

/** What XML forbids (XML 1.0 §2.2), and lone halves of characters (S08). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** A text with `\n` as line ends and without what XML forbids. Every character keeps its place, so entities do too. */
export function soundText(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/\r\n/g, ' \n').replace(/\r/g, '\n');
}

/**
 * Entities that lie within the text and cut no character: those that reach out of it are cut, those that cut a
 * surrogate pair take it whole, and what is left of nothing is ignored. In the order of their beginnings.
 */
export function soundEntities(text: string, entities: readonly TgEntity[]): readonly TgEntity[] {
  const sound: TgEntity[] = [];
  for (const entity of entities.slice(0, MAX_ENTITIES)) {
    const { offset, length } = entity;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || length <= 0) continue;
    let start = Math.max(0, offset);
    let end = Math.min(text.length, offset + length);
    if (start >= end) continue;
    if (cutsCharacter(text, start)) start -= 1;
    if (cutsCharacter(text, end)) end += 1;
    sound.push(
      start === offset && end - start === length ? entity : { ...entity, offset: start, length: end - start },
    );
  }
  return sound.sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function cutsCharacter(text: string, at: number): boolean {
  return isHalf(text.charCodeAt(at), 0xdc00) && isHalf(text.charCodeAt(at - 1), 0xd800);
}

function isHalf(code: number, first: number): boolean {
  return code >= first && code < first + 0x400;
}
