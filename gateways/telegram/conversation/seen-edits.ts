import { createHash } from 'node:crypto';
import type { MessageEdited } from '../../../src/gateway/event.js';
import type { PeerId } from '../client/model.js';

/** What is shown of a message. */
type Words = Pick<MessageEdited, 'text' | 'remarks'>;

/**
 * Telegram brings an edited message again whenever anything about it changes, such as its reactions or the page that a
 * link leads to; here is which words were told last.
 */
export class SeenEdits {
  /** Digests of words by message, least recently told first. */
  readonly #told = new Map<string, string>();

  constructor(private readonly most: number) {}

  /** Whether this has not been told last. */
  isNew(chat: PeerId, message: number, words: Words): boolean {
    return this.#told.get(keyOf(chat, message)) !== digest(words);
  }

  told(chat: PeerId, message: number, words: Words): void {
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

function digest({ text, remarks = [] }: Words): string {
  return createHash('sha256')
    .update(JSON.stringify([text, remarks]))
    .digest('base64url');
}
