import type { Text } from '../../../gateway/text.js';
import type { Translator } from '../../translator.js';

/** Words that steer a dialogue, understood in every language the gateway speaks. */
export class ChatWords {
  readonly #yes: ReadonlySet<string>;
  readonly #no: ReadonlySet<string>;
  readonly #cancel: ReadonlySet<string>;
  readonly #help: ReadonlySet<string>;

  constructor(translator: Translator) {
    const collect = (text: Text) =>
      new Set(
        translator.languages.flatMap((language) =>
          translator
            .say(text, language)
            .split(',')
            .map((word) => word.trim().toLowerCase()),
        ),
      );
    this.#yes = collect({ key: 'chat-words-yes' });
    this.#no = collect({ key: 'chat-words-no' });
    this.#cancel = collect({ key: 'chat-words-cancel' });
    this.#help = collect({ key: 'chat-words-help' });
  }

  isCancel(text: string): boolean {
    return this.#cancel.has(text.trim().toLowerCase());
  }

  isHelp(word: string): boolean {
    return this.#help.has(word.toLowerCase());
  }

  /** `'1'` or `'0'`; undefined for anything else. */
  boolean(text: string): '1' | '0' | undefined {
    const word = text.trim().toLowerCase();
    if (this.#yes.has(word)) return '1';
    return this.#no.has(word) ? '0' : undefined;
  }
}
