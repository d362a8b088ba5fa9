import { FluentBundle, FluentResource } from '@fluent/bundle';
import type { Text } from '../../gateway/text.js';
import type { Translator } from '../translator.js';

/** Every text exists in it; what another language lacks is said in it. */
const FALLBACK_LANGUAGE = 'en';

/** Fluent sources by language (BCP 47, lower case). */
export type LocaleSources = Readonly<Record<string, string>>;

/**
 * Says texts by Fluent messages (plural rules by `Intl.PluralRules`). Where several sources define a key, the
 * earlier source has it: a network cannot replace a sentence of the core.
 */
export class FluentTranslator implements Translator {
  readonly #bundles = new Map<string, FluentBundle>();
  readonly languages: readonly string[];

  /** @throws {Error} when a source has a syntax error, a key is defined twice, or English is missing */
  constructor(sources: readonly LocaleSources[]) {
    for (const source of sources) {
      for (const [language, text] of Object.entries(source)) this.#load(language, text);
    }
    if (!this.#bundles.has(FALLBACK_LANGUAGE)) throw new Error(`no ${FALLBACK_LANGUAGE} locale`);
    this.languages = [...this.#bundles.keys()].sort();
  }

  say(text: Text, language: string): string {
    const preferred = this.match(language) ?? FALLBACK_LANGUAGE;
    return this.#format(text, preferred) ?? this.#format(text, FALLBACK_LANGUAGE) ?? text.key;
  }

  match(tag: string | undefined): string | undefined {
    if (tag === undefined) return undefined;
    const lower = tag.toLowerCase();
    if (this.#bundles.has(lower)) return lower;
    const primary = lower.split('-', 1)[0] ?? lower;
    return this.#bundles.has(primary) ? primary : undefined;
  }

  #load(language: string, source: string): void {
    let bundle = this.#bundles.get(language);
    if (!bundle) {
      // No isolation marks: addresses in a text are copied by people, and IRC shows the marks as garbage.
      bundle = new FluentBundle(language, { useIsolating: false });
      this.#bundles.set(language, bundle);
    }
    const errors = bundle.addResource(new FluentResource(source));
    const [error] = errors;
    if (error) throw new Error(`locale ${language}: ${error.message}`);
  }

  /** Undefined when the language has no such message; a missing argument shows as its name in braces. */
  #format(text: Text, language: string): string | undefined {
    const bundle = this.#bundles.get(language);
    const pattern = bundle?.getMessage(text.key)?.value;
    if (!bundle || !pattern) return undefined;
    const problems: Error[] = [];
    return bundle.formatPattern(pattern, text.args ?? null, problems);
  }
}
