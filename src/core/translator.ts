import type { Text } from '../gateway/text.js';

/** Sentences for people, by Fluent key. */
export interface Translator {
  /** The sentence in the language, else in English; a missing key shows the key itself. */
  say(text: Text, language: string): string;
  /** The best supported language for a BCP 47 tag, or undefined: `ru-RU` → `ru`. */
  match(tag: string | undefined): string | undefined;
  readonly languages: readonly string[];
}
