import type { Text } from '../../../gateway/text.js';
import type { RelayContent } from '../model.js';
import { presenceText } from '../presence-text.js';

/** What a member says to hear more, or no more. Telephone networks know some of them themselves. */
const WORDS: Readonly<Record<'start' | 'stop', ReadonlySet<string>>> = {
  start: new Set(['start', 'yes', 'unstop', 'старт', 'да']),
  stop: new Set(['stop', 'quiet', 'end', 'cancel', 'quit', 'unsubscribe', 'стоп', 'отписка']),
};

/** Whether somebody wants to hear more, or no more; undefined: he says something. Pure. */
export function wishOf(text: string): 'start' | 'stop' | undefined {
  const word = text
    .trim()
    .replace(/^[/"'«„“]+|["'»“”.!]+$/gu, '')
    .toLowerCase();
  if (WORDS.stop.has(word)) return 'stop';
  return WORDS.start.has(word) ? 'start' : undefined;
}

/** What happens on other legs, as a line for people who get it in a conversation of their own; undefined: nothing. Pure. */
export function lineOf(content: RelayContent, say: (text: Text) => string): string | undefined {
  switch (content.kind) {
    case 'said': {
      const { speaker, words } = content;
      const { text, action, files = [], remarks = [] } = words;
      const all = [text, ...files.map(({ url }) => url), ...remarks.map((remark) => `[${say(remark)}]`)];
      const said = all.filter((part) => part.trim() !== '').join('\n');
      return action ? `* ${speaker.nick} ${said}` : `${speaker.nick}: ${said}`;
    }
    case 'edited':
      return say({ key: 'relay-edited', args: { nick: content.speaker.nick, words: content.words.text } });
    case 'subject':
      return say({ key: 'relay-subject', args: { nick: content.speaker?.nick ?? '', text: content.text } });
    case 'presence':
      return say(presenceText(content.change, content.speaker.nick, content.before ?? ''));
    // What has been sent is sent, and a text for each nod would be too much.
    case 'retracted':
    case 'reacted':
      return undefined;
    default:
      return content satisfies never;
  }
}

/**
 * One message out of many lines: the newest that fit, and how many there were before. Pure.
 * @param missed lines that are not there any more
 * @param length UTF-16 units
 */
export function digestOf(
  lines: readonly string[],
  missed: number,
  length: number,
  leftOut: (count: number) => string,
): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines.toReversed()) {
    const short = line.length > length ? `${line.slice(0, length - 1)}…` : line;
    size += short.length + 1;
    if (size > length && kept.length > 0) break;
    kept.unshift(short);
  }
  const count = missed + lines.length - kept.length;
  return [...(count > 0 ? [leftOut(count)] : []), ...kept].join('\n');
}
