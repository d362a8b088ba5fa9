import type { PeerId, TgReactions } from '../client/model.js';
import { type EmojiFallback, groupReactions } from '../content/reactions.js';

/** Reactions of somebody to a message; an empty list takes them back. */
export interface ReactionsOf {
  readonly who: PeerId;
  readonly emojis: readonly string[];
}

/**
 * Telegram tells all reactions to a message whenever one changes; here is what was told before. Those of whom it does
 * not say whose they are, are the chat's own: each kind once.
 */
export class SeenRoomReactions {
  /** By message, least recently changed first: what was told of each person. */
  readonly #seen = new Map<string, ReadonlyMap<PeerId, string>>();

  constructor(private readonly most: number) {}

  /** Whose reactions are others now; `told` when the user has been. */
  changes(
    { chat, message, me }: { readonly chat: PeerId; readonly message: number; readonly me: PeerId },
    reactions: TgReactions,
    fallback: EmojiFallback,
  ): { readonly changed: readonly ReactionsOf[]; told(): void } {
    const { by, others } = groupReactions(reactions, me, fallback);
    const now = new Map(by);
    if (others.length > 0) now.set(chat, [...new Set([...(by.get(chat) ?? []), ...others])]);
    const key = keyOf(chat, message);
    const before = this.#seen.get(key) ?? new Map<PeerId, string>();
    const gone = [...before.keys()].filter((who) => !now.has(who));
    const changed = [
      ...[...now].flatMap(([who, emojis]) => (emojis.join(' ') === before.get(who) ? [] : [{ who, emojis }])),
      ...gone.map((who) => ({ who, emojis: [] })),
    ];
    const after = new Map([...now].map(([who, emojis]) => [who, emojis.join(' ')]));
    return { changed, told: () => this.#note(key, after) };
  }

  /** The user himself has chosen them here: nobody needs to tell him. */
  chosen(chat: PeerId, message: number, me: PeerId, emojis: readonly string[]): void {
    const key = keyOf(chat, message);
    const after = new Map(this.#seen.get(key));
    if (emojis.length > 0) after.set(me, emojis.join(' '));
    else after.delete(me);
    this.#note(key, after);
  }

  #note(key: string, told: ReadonlyMap<PeerId, string>): void {
    this.#seen.delete(key);
    if (told.size > 0) this.#seen.set(key, told);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= this.most) return;
      this.#seen.delete(oldest);
    }
  }
}

function keyOf(chat: PeerId, message: number): string {
  return `${chat}/${message}`;
}
