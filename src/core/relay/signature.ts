/** UTF-16 units of words by which they are known again. */
const KNOWN_BY = 400;
/** UTF-16 units before words that can be a name and what bridges put around it. */
const LONGEST_PREFIX = 100;
/** Names that can stand before words: each bridge on the way adds one. */
const MOST_NAMES = 8;
/** What bridges add to a name, so that nobody is called out or two are told apart. */
const DECORATION = /[\p{Cf}\p{P}\p{S}\p{Z}\p{Cc}\d]/gu;
/** `(irc)`, `[xmpp]`, `via bridge`, `@server`. */
const LABEL = /\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|\s+via\s.*$|[|@].*$/giu;

/** Words with a name before them, as bridges and people write them. */
export interface Split {
  /** What follows, folded. */
  readonly words: string;
  /** What may be the name, folded. */
  readonly names: readonly string[];
  /** `ann: …`, `ann, …`: also how people address each other. */
  readonly addresses: boolean;
}

/** A name without what bridges do to it: letters alone, in one case; empty where there are none. Pure. */
export function bareName(nick: string): string {
  const plain = nick.normalize('NFKC').toLowerCase();
  return plain.replace(LABEL, '').replace(DECORATION, '') || plain.replace(DECORATION, '') || plain.trim();
}

/** Words without what networks do to them: marks of style, kinds of space. Pure. */
export function foldWords(text: string): string {
  return text
    .slice(0, 2 * KNOWN_BY)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}*_~`]/gu, (sign) => (/\s/.test(sign) ? ' ' : ''))
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, KNOWN_BY)
    .toLowerCase();
}

/** Whether words begin as bridges let them begin, be it a bridge or somebody who addresses another. Pure. */
export function isNamed(text: string): boolean {
  return /^\s*(?:[<[({*]|\S+[:,>|]\s)/u.test(text);
}

/** All the ways in which names can stand before words: `<ann> …`, `[irc] <ann> …`, `**ann** (irc): …`, `ann: …`. Pure. */
export function splitsOf(text: string): readonly Split[] {
  const splits: Split[] = [];
  const ends = /(?:[>\])}:|,]|\*{1,2}|»|›|–|—|-)\s+|^[*•]\s+\S+\s+/gu;
  for (const found of text.slice(0, LONGEST_PREFIX).matchAll(ends)) {
    if (splits.length >= MOST_NAMES) break;
    const end = found.index + found[0].length;
    const prefix = text.slice(0, end);
    const words = foldWords(text.slice(end));
    if (words === '') continue;
    splits.push({
      words,
      names: namesIn(prefix),
      addresses: /^\s*@?[^\s<>[\](){}*:,]+[:,]\s+$/u.test(prefix),
    });
  }
  return splits;
}

/** What may be a name in what stands before words: all of it, and what stands between signs. */
function namesIn(prefix: string): readonly string[] {
  const parts = prefix.split(/[<>[\](){}*:,|/»›–—]+|\s-\s/u).filter((part) => part.trim() !== '');
  return [...new Set([prefix, ...parts].map(bareName))].filter((name) => name !== '');
}
