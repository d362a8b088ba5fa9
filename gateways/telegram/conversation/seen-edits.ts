import { createHash } from 'node:crypto';
import type { PeerId } from '../client/model.js';

/**
 * Telegram brings an edited message again whenever anything about it changes, such as its reactions or the page that a
 * link leads to; here is which words were told last.
 */
export class SeenEdits {
  /** Digests of words by message, least recently told first. */
  readonly #told = new Map<string, string>();

  constructor(private readonly most: number) {}

  /** Whether these words have not been told last. */
  isNew(chat: PeerId, message: number, words: string): boolean {
    return this.#told.get(keyOf(chat, message)) !== digest(words);
  }

  told(chat: PeerId, message: number, words: string): void {
    const key = keyOf(chat, message);
    this.#told.delete(key);
    this.#told.set(key, digest(words));
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= this.most) return;
      this.#told.delete(oldest);
    }
  }
}

function keyOf(chat: PeerId, message: number): string {
  return `${chat}/${message}`;
}

function digest(words: string): string {
  return createHash('sha256').update(words).digest('base64url');
}
