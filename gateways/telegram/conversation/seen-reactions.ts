import type { PeerId, TgReaction, TgReactions } from '../client/model.js';
import { type EmojiFallback, privateReactions } from '../content/reactions.js';

interface Sides {
  readonly own: string;
  readonly theirs: string;
}

const NONE: Sides = { own: '', theirs: '' };

/** What has changed of the reactions to one message; undefined: nothing on that side. */
export interface ReactionChanges {
  readonly own?: readonly string[];
  readonly theirs?: readonly string[];
  /** The user has been told: from now on it is what was told before. */
  told(): void;
}

/** Telegram tells all reactions to a message whenever one changes; here is what was told before. */
export class SeenReactions {
  /** Least recently changed first. */
  readonly #seen = new Map<string, Sides>();

  constructor(private readonly most: number) {}

  changes(chat: PeerId, message: number, reactions: TgReactions, fallback: EmojiFallback): ReactionChanges {
    const { own, theirs } = privateReactions(reactions, fallback);
    const before = this.#seen.get(keyOf(chat, message)) ?? NONE;
    const after = { own: own.join(' '), theirs: theirs.join(' ') };
    return {
      told: () => this.#note(chat, message, after),
      ...(after.own !== before.own && { own }),
      ...(after.theirs !== before.theirs && { theirs }),
    };
  }

  /** The user himself has chosen them here: nobody needs to tell him. */
  chosen(chat: PeerId, message: number, reactions: readonly TgReaction[], fallback: EmojiFallback): void {
    const { theirs } = this.#seen.get(keyOf(chat, message)) ?? NONE;
    const counts = reactions.map((one) => ({ ...one, count: 1 }));
    const { own } = privateReactions({ counts, recent: [], own: reactions }, fallback);
    this.#note(chat, message, { own: own.join(' '), theirs });
  }

  #note(chat: PeerId, message: number, sides: Sides): void {
    const key = keyOf(chat, message);
    this.#seen.delete(key);
    this.#seen.set(key, sides);
    if (this.#seen.size <= this.most) return;
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest);
      return;
    }
  }
}

function keyOf(chat: PeerId, message: number): string {
  return `${chat}/${message}`;
}
