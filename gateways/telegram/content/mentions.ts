import type { PeerId, TgEntity } from '../client/model.js';
import type { EntityText } from './expand-links.js';

/** Places of one message where somebody is looked for; more than that would call out to everybody (S16). */
const MAX_PLACES = 20;
/** Words that a name may have, and characters. */
const MAX_WORDS = 4;
const MAX_NAME = 64;
/** `Name, …` or `Name: …`, as XMPP clients write it when a name in a room is chosen. */
const ADDRESSED = new RegExp(`^@?([^\\n,:]{1,${MAX_NAME}})[,:](?=\\s|$)`, 'u');
const CALLED = /(?<=^|[\s("'«„“])@(?=\S)/gu;
/** What the sentence has after a name, so many of them. */
const AFTER_NAME = /\p{P}$/u;
const MAX_AFTER = 3;

/** The text with members of the chat, named at its beginning or after an `@`, as mentions that reach them. */
export function withMentions(
  { text, entities }: EntityText,
  member: (name: string) => PeerId | undefined,
): EntityText {
  const code = entities.filter(({ kind }) => kind === 'code' || kind === 'pre');
  const found: TgEntity[] = [];
  let taken = 0;
  const add = (offset: number, length: number, person: PeerId): void => {
    found.push({ kind: 'person', offset, length, person });
    taken = offset + length;
  };
  const addressed = ADDRESSED.exec(text);
  const name = addressed?.[1]?.trim() ?? '';
  const whom = name === '' || isWithin(code, 0) ? undefined : member(name);
  if (addressed && whom !== undefined) add(0, addressed[0].length - 1, whom);
  let places = 0;
  for (const { index } of text.matchAll(CALLED)) {
    if (index < taken || isWithin(code, index)) continue;
    places += 1;
    if (places > MAX_PLACES) break;
    const called = firstKnown(text.slice(index + 1, index + 1 + MAX_NAME), member);
    if (called) add(index, called.length + 1, called.person);
  }
  if (found.length === 0) return { text, entities };
  return {
    text,
    entities: [...entities, ...found].sort((a, b) => a.offset - b.offset || b.length - a.length),
  };
}

/** The longest beginning of whole words that is somebody's name. */
function firstKnown(
  words: string,
  member: (name: string) => PeerId | undefined,
): { readonly length: number; readonly person: PeerId } | undefined {
  const line = words.split('\n', 1)[0] ?? '';
  const ends = [...line.matchAll(/\S(?=\s|$)/gu)]
    .slice(0, MAX_WORDS)
    .map(({ index, 0: last }) => index + last.length);
  for (const end of ends.reverse()) {
    let name = line.slice(0, end);
    for (let cut = 0; name !== '' && cut <= MAX_AFTER; cut += 1) {
      const person = member(name);
      if (person !== undefined) return { length: name.length, person };
      const shorter = name.replace(AFTER_NAME, '');
      if (shorter === name) break;
      name = shorter;
    }
  }
  return undefined;
}

function isWithin(entities: readonly TgEntity[], position: number): boolean {
  return entities.some(({ offset, length }) => offset <= position && position < offset + length);
}
