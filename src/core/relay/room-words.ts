import type { Text } from '../../gateway/text.js';
import type { Translator } from '../translator.js';
import { foldName } from './mentions.js';
import type { ModerationWord } from './moderation-words.js';

/** What people can ask the relay for in a room. */
export type RoomWord = 'help' | 'link' | 'unlink' | 'relays' | 'settings' | ModerationWord;

/** Words that were said to the relay. */
export interface Addressed {
  /** Undefined: it knows no such word. */
  readonly word: RoomWord | undefined;
  /** What stands behind it; all, where the word is not known. */
  readonly rest: string;
}

/** How one of some names stands before words: `Relay: …`, `Relay, …`, `@Relay …`, `/link@Relay …` of Telegram. */
const SLASHED = /^\/(\S+?)@(\S+)(?:\s+([\s\S]*))?$/u;

/** Understands words that are said to the relay, in every language that the gateway speaks. */
export class RoomWords {
  readonly #words: ReadonlyMap<string, RoomWord>;

  constructor(translator: Translator) {
    const texts: Readonly<Record<RoomWord, Text>> = {
      help: { key: 'relay-words-help' },
      link: { key: 'relay-words-link' },
      unlink: { key: 'relay-words-unlink' },
      relays: { key: 'relay-words-relays' },
      settings: { key: 'relay-words-settings' },
      block: { key: 'relay-words-block' },
      unblock: { key: 'relay-words-unblock' },
      blocked: { key: 'relay-words-blocked' },
      stop: { key: 'relay-words-stop' },
      start: { key: 'relay-words-start' },
    };
    const words = new Map<string, RoomWord>();
    for (const word of Object.keys(texts) as RoomWord[])
      for (const language of translator.languages)
        for (const said of translator.say(texts[word], language).split(','))
          words.set(said.trim().toLowerCase(), word);
    this.#words = words;
  }

  /** What was said to somebody who has one of these names; undefined: nothing was. */
  read(text: string, names: readonly string[]): Addressed | undefined {
    const said = text.trim();
    const [, command = '', whom = '', argument = ''] = SLASHED.exec(said) ?? [];
    if (command !== '' && names.some((name) => foldName(name) === foldName(whom)))
      return this.#of(`${command} ${argument}`);
    for (const name of names) {
      const behind = after(said, name);
      if (behind !== undefined) return this.#of(behind.trim());
    }
    return undefined;
  }

  /** What was said where there is nobody else to say it to. */
  alone(text: string): Addressed {
    return this.#of(text.trim());
  }

  #of(said: string): Addressed {
    const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/u.exec(said) ?? [];
    const spoken = first.toLowerCase();
    const word = this.#words.get(spoken) ?? this.#words.get(spoken.replace(/[.!?:]$/, ''));
    return { word, rest: word === undefined ? said : rest.trim() };
  }
}

function after(text: string, name: string): string | undefined {
  if (name === '') return undefined;
  const called = text.startsWith('@');
  const begin = called ? 1 : 0;
  if (foldName(text.slice(begin, begin + name.length)) !== foldName(name)) return undefined;
  const rest = text.slice(begin + name.length);
  if (/^[:,]/.test(rest)) return rest.slice(1);
  return called && /^(?:\s|$)/.test(rest) ? rest : undefined;
}
