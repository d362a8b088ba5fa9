import { BoundedMap } from '../../limit/bounded-map.js';
import { shortenText } from '../../message/split-text.js';

/** Messages that are remembered, and how much of each (UTF-16 units). */
const REMEMBERED = 2_000;
const LENGTH = 500;

/** What somebody has said. */
export interface Saying {
  readonly nick: string;
  readonly text: string;
}

/** The latest words in one room, to be quoted where the network has no other way to point at them. */
export class Sayings {
  readonly #byId = new BoundedMap<string, Saying>(REMEMBERED);

  /** @param ids by any of which it may be spoken of */
  put(ids: readonly string[], nick: string, text: string): void {
    const saying = { nick, text: shortenText(text, LENGTH) };
    for (const id of ids) this.#byId.set(id, saying);
  }

  get(ids: readonly string[]): Saying | undefined {
    for (const id of ids) {
      const saying = this.#byId.get(id);
      if (saying) return saying;
    }
    return undefined;
  }

  /** Whether those are the very words that were remembered under one of the ids. */
  isUnchanged(ids: readonly string[], text: string): boolean {
    return this.get(ids)?.text === shortenText(text, LENGTH);
  }
}
