import type { TgEntity } from '../client/model.js';
import type { EntityText } from './expand-links.js';

/** Collects a plain text and the entities over it. */
export class EntityWriter {
  readonly #parts: string[] = [];
  readonly #entities: TgEntity[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  put(words: string): void {
    if (words === '') return;
    this.#parts.push(words);
    this.#length += words.length;
  }

  /** What was put since `start` is of that kind. */
  mark(start: number, entity: Omit<TgEntity, 'offset' | 'length'>): void {
    if (this.#length > start) this.#entities.push({ ...entity, offset: start, length: this.#length - start });
  }

  /** Without white space around it, which Telegram would cut off under the entities. */
  result(): EntityText {
    const all = this.#parts.join('');
    const text = all.trim();
    const before = all.length - all.trimStart().length;
    const entities = this.#entities.flatMap((entity) => {
      const start = Math.max(0, entity.offset - before);
      const end = Math.min(text.length, entity.offset + entity.length - before);
      return end > start ? [{ ...entity, offset: start, length: end - start }] : [];
    });
    // Outer ones come after what is in them, and go before it.
    return { text, entities: entities.reverse().sort((a, b) => a.offset - b.offset || b.length - a.length) };
  }
}
