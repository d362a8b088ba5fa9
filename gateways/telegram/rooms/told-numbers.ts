import type { PeerId } from '../client/model.js';

/** Chats of which it is remembered, and messages of each that were not told. */
const MOST_CHATS = 500;
const MOST_UNTOLD = 50;

interface Chat {
  last: number;
  /** Which message was told last before one that was not. */
  readonly untold: Map<number, number>;
}

/**
 * Not everything that has a number on Telegram is a message here: who comes and goes is told by presence. Whoever has
 * read up to such a thing has read what was told before it.
 */
export class ToldNumbers {
  readonly #chats = new Map<PeerId, Chat>();

  told(chat: PeerId, message: number): void {
    const known = this.#of(chat);
    known.last = Math.max(known.last, message);
  }

  untold(chat: PeerId, message: number): void {
    const { last, untold } = this.#of(chat);
    if (last === 0 || message < last) return;
    untold.set(message, last);
    forgetFirst(untold, MOST_UNTOLD);
  }

  /** The newest message that was told up to that one; itself where nothing else is known. */
  upTo(chat: PeerId, message: number): number {
    return this.#chats.get(chat)?.untold.get(message) ?? message;
  }

  #of(chat: PeerId): Chat {
    const known = this.#chats.get(chat) ?? { last: 0, untold: new Map<number, number>() };
    this.#chats.delete(chat);
    this.#chats.set(chat, known);
    forgetFirst(this.#chats, MOST_CHATS);
    return known;
  }
}

function forgetFirst<Key>(map: Map<Key, unknown>, most: number): void {
  for (const first of map.keys()) {
    if (map.size <= most) return;
    map.delete(first);
  }
}
