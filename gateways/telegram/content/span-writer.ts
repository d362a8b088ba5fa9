import type { TgEntity } from '../client/model.js';
import { CODE_BIT, GUARD, isSpace, isSpanMark, QUOTE, SPAN_MARKS } from './styling-marks.js';

/** Which styles each character has, as bits of {@link SPAN_MARKS}. Takes sound entities. */
export function spanMasks(text: string, entities: readonly TgEntity[]): Uint8Array {
  const masks = new Uint8Array(text.length);
  for (const { kind, bit } of SPAN_MARKS) {
    const changes = new Int16Array(text.length + 1);
    for (const entity of entities) {
      // Message styling has no underline: it is emphasis in its plainest form.
      if (entity.kind !== kind && !(kind === 'italic' && entity.kind === 'underline')) continue;
      changes[entity.offset] = (changes[entity.offset] ?? 0) + 1;
      changes[entity.offset + entity.length] = (changes[entity.offset + entity.length] ?? 0) - 1;
    }
    let depth = 0;
    for (let at = 0; at < text.length; at += 1) {
      depth += changes[at] ?? 0;
      if (depth > 0) masks[at] = (masks[at] ?? 0) | bit;
    }
  }
  return masks;
}

/**
 * Writes the spans of one line after another with the directives of XEP-0393 §5.2, where its rules make them work:
 * nothing that is not styled becomes so, and a style that cannot be shown is left out.
 */
export class SpanWriter {
  /** Directives were written. */
  styled = false;
  #out = '';
  #last = '';
  /** Where the last opening directive has ended: another one may stand right after it. */
  #opened = -1;

  constructor(
    private readonly text: string,
    private readonly masks: Uint8Array,
  ) {}

  /** One line, which begins a block. */
  line(start: number, end: number): string {
    this.#out = '';
    this.#last = '';
    this.#opened = -1;
    this.#write(start, end, 0);
    return this.#out;
  }

  /** `settled` are the styles that are open already, or that cannot be shown there. */
  #write(start: number, end: number, settled: number): void {
    for (let at = start; at < end; ) {
      const wanted = isSpace(this.text.charAt(at)) ? 0 : (this.masks[at] ?? 0) & ~settled;
      if (wanted === 0) {
        const from = at;
        do at += 1;
        while (at < end && (((this.masks[at] ?? 0) & ~settled) === 0 || isSpace(this.text.charAt(at))));
        this.#plain(from, at);
        continue;
      }
      const { mark, bit, stop } = this.#longest(at, end, wanted);
      if (!this.#fits(at, stop, mark)) this.#write(at, stop, settled | bit);
      else {
        this.#put(mark);
        this.#opened = this.#out.length;
        if (bit === CODE_BIT) this.#put(this.text.slice(at, stop));
        else this.#write(at, stop, settled | bit);
        this.#put(mark);
        this.styled = true;
      }
      at = stop;
    }
  }

  /** The style that goes on for longest, without white space at its end: a directive closes after none. */
  #longest(at: number, end: number, wanted: number): { mark: string; bit: number; stop: number } {
    let best = { mark: '', bit: 0, stop: at };
    for (const { mark, bit } of SPAN_MARKS) {
      if ((wanted & bit) === 0) continue;
      let stop = at + 1;
      while (stop < end && ((this.masks[stop] ?? 0) & bit) !== 0) stop += 1;
      if (stop > best.stop) best = { mark, bit, stop };
    }
    while (isSpace(this.text.charAt(best.stop - 1))) best.stop -= 1;
    return best;
  }

  /** A directive opens after white space or another opening one, and closes at the first of its kind. */
  #fits(at: number, stop: number, mark: string): boolean {
    if (this.#last !== '' && !isSpace(this.#last) && this.#opened !== this.#out.length) return false;
    return !this.text.slice(at, stop).includes(mark);
  }

  /** Text as it is, with a guard before what would be a directive. */
  #plain(start: number, end: number): void {
    let done = start;
    for (let at = start; at < end; at += 1) {
      const character = this.text.charAt(at);
      const quotes = character === QUOTE && this.#last === '' && at === start;
      if (!quotes && !(isSpanMark(character) && this.#opens(at, start))) continue;
      this.#put(this.text.slice(done, at) + GUARD);
      done = at;
    }
    this.#put(this.text.slice(done, end));
  }

  #put(words: string): void {
    this.#out += words;
    this.#last = words.at(-1) ?? this.#last;
  }

  /** Whether a literal mark stands where a directive may open. Readers differ in what they take for one: rather yes. */
  #opens(at: number, start: number): boolean {
    const after = this.text.charAt(at + 1);
    if (after === '' || isSpace(after)) return false;
    const before = at > start ? this.text.charAt(at - 1) : this.#last;
    return before === '' || isSpace(before) || (isSpanMark(before) && before !== this.text.charAt(at));
  }
}
