import type { RelayContent, RelayReference, RelayWords, Speaker } from './model.js';

/** Bounds of what one message may be; the rest is cut off, and that is said. */
export interface WordBounds {
  /** UTF-16 units. */
  readonly length: number;
  readonly lines: number;
  readonly files: number;
  readonly mentions: number;
}

/** Characters of a name (Unicode code points). */
const NAME_LENGTH = 64;
/** Marks upon one letter: more are no writing of any language. */
const MOST_MARKS = 4;
/** Emojis that one may choose for a message. */
const MOST_EMOJIS = 20;
const EMOJI_LENGTH = 64;
/** UTF-16 units. */
const QUOTE_LENGTH = 500;
const SUBJECT_LENGTH = 1_000;
const FILE_NAME_LENGTH = 255;
const URL_LENGTH = 2_048;
/** Quotes within quotes. */
const QUOTE_DEPTH = 3;

const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MOST_MARKS}})\\p{M}+`, 'gu');
/** Controls but line end and tab, signs that turn the direction of what follows, and no characters. */
const UNFIT = /(?![\n\t])[\p{Cc}\p{Cs}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{fff9}-\u{fffb}\u{fffe}\u{ffff}]/gu;
/** Characters without any width, which make two names look like one. Joiners stay within a name (emojis, scripts of India). */
const UNSEEN =
  /[\u{200b}\u{200e}\u{200f}\u{2060}-\u{2064}\u{feff}\u{e0000}-\u{e007f}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;
const DEEP_QUOTE = new RegExp(`^(?:[>»]\\s?){${QUOTE_DEPTH + 1}}.*$`, 'u');

/** What crosses, within bounds and without tricks, whatever a network or person has sent. Pure. */
export function clamp<Content extends RelayContent>(content: Content, bounds: WordBounds): Content;
export function clamp(content: RelayContent, bounds: WordBounds): RelayContent {
  switch (content.kind) {
    case 'said': {
      const { speaker, words, replyTo } = content;
      return {
        ...{ kind: 'said', speaker: clampSpeaker(speaker), words: clampWords(words, bounds) },
        ...(replyTo && { replyTo: clampReference(replyTo) }),
      };
    }
    case 'edited': {
      const { speaker, words, target } = content;
      const clamped = { speaker: clampSpeaker(speaker), words: clampWords(words, bounds) };
      return { kind: 'edited', ...clamped, target: clampReference(target) };
    }
    case 'retracted':
      return { ...content, ...(content.by !== undefined && { by: cleanName(content.by) }) };
    case 'reacted': {
      const emojis = content.emojis
        .filter((emoji) => emoji.length <= EMOJI_LENGTH && !/\s/u.test(emoji))
        .slice(0, MOST_EMOJIS);
      return { ...content, speaker: clampSpeaker(content.speaker), emojis };
    }
    case 'subject': {
      const { speaker, text } = content;
      const subject = { kind: 'subject', text: cut(clean(text), SUBJECT_LENGTH) } as const;
      return { ...subject, ...(speaker && { speaker: clampSpeaker(speaker) }) };
    }
    case 'presence':
      return {
        ...{ ...content, speaker: clampSpeaker(content.speaker) },
        ...(content.before !== undefined && { before: cleanName(content.before) }),
      };
    default:
      return content satisfies never;
  }
}

/** A name as it can stand in any room: in one line, of some length, without what is not seen. Pure. */
export function cleanName(nick: string): string {
  const seen = clean(nick.slice(0, 8 * NAME_LENGTH).replace(UNSEEN, ''));
  const name = [...seen.replace(/\s+/gu, ' ').trim()].slice(0, NAME_LENGTH).join('').trim();
  return name === '' ? '?' : name;
}

function clampSpeaker(speaker: Speaker): Speaker {
  return { ...speaker, nick: cleanName(speaker.nick) };
}

function clampReference(reference: RelayReference): RelayReference {
  const { quote } = reference;
  return quote === undefined ? reference : { ...reference, quote: cut(clean(quote), QUOTE_LENGTH) };
}

function clampWords(words: RelayWords, bounds: WordBounds): RelayWords {
  const { text: said, files = [], mentions = [], remarks = [], ...rest } = words;
  // What is not looked at need not be cleaned.
  const begun = said.slice(0, 4 * bounds.length);
  const cleaned = clean(begun);
  const lines = cleaned.split('\n');
  const shallow = lines.filter((line) => !DEEP_QUOTE.test(line));
  const text = cut(shallow.slice(0, bounds.lines).join('\n'), bounds.length);
  const kept = files.filter(({ url }) => url.length <= URL_LENGTH).slice(0, bounds.files);
  const isCut = said.length > begun.length || shallow.length > bounds.lines || text.length < cleaned.length;
  const left = files.length - kept.length;
  // Places in the text are right only where it is as it was.
  const named = cleaned === said ? mentions.filter(({ end }) => end <= text.length) : [];
  const places = shallow.length < lines.length ? [] : named.slice(0, bounds.mentions);
  const remarked = [
    ...remarks,
    ...(isCut ? [{ key: 'relay-cut' }] : []),
    ...(left > 0 ? [{ key: 'relay-files-left', args: { count: left } }] : []),
  ];
  return {
    ...{ ...rest, text },
    ...(kept.length > 0 && {
      files: kept.map((file) => ({ ...file, name: cut(clean(file.name), FILE_NAME_LENGTH) })),
    }),
    ...(places.length > 0 && { mentions: places }),
    ...(remarked.length > 0 && { remarks: remarked }),
  };
}

function clean(text: string): string {
  return text.replace(UNFIT, '').replace(TOO_MANY_MARKS, '$1');
}

/** Never through a pair of surrogates. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}
