import type { TgClient } from '../client/client.js';
import type { EmojiFallback } from '../content/reactions.js';

/** Custom emojis of which it is remembered what they are images of. */
const MOST = 2_000;

/** What custom emojis stand for: the same for all accounts. */
export class EmojiNames {
  readonly #known = new Map<string, string>();

  readonly fallback: EmojiFallback = (custom) => this.#known.get(custom);

  /** Asks for those that are not known. Never rejects: what cannot be known is shown by a sign. */
  async learn(client: Pick<TgClient, 'emojiWords'>, customs: readonly string[]): Promise<void> {
    const unknown = [...new Set(customs)].filter((one) => !this.#known.has(one));
    if (unknown.length === 0) return;
    const words = await client.emojiWords(unknown).catch(() => new Map<string, string>());
    for (const [custom, emoji] of words) this.#known.set(custom, emoji);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST) return;
      this.#known.delete(oldest);
    }
  }
}
