import type { TgClient } from '../client/client.js';
import { inWords } from '../failure.js';
import type { MessagePlace } from './room-addresses.js';

/** Pins a message for everybody; no reaction of Telegram's. */
export const PIN = '📌';
/** Messages of one user that he has pinned so. */
const REMEMBERED = 500;

/** Pins that users set and take away by a reaction. */
export class PinReactions {
  readonly #pinned = new Set<string>();

  /** Pins a message, or takes such a pin away. Returns the other reactions. Rejects with GatewayError. */
  async take(
    client: Pick<TgClient, 'pin'>,
    { chat, number }: MessagePlace,
    emojis: readonly string[],
  ): Promise<readonly string[]> {
    const others = emojis.filter((emoji) => emoji.replaceAll('\ufe0f', '') !== PIN);
    const key = `${chat}/${number}`;
    const wanted = others.length < emojis.length;
    if (wanted === this.#pinned.has(key)) return others;
    await inWords(client.pin(chat, number, wanted));
    if (wanted) this.#pinned.add(key);
    else this.#pinned.delete(key);
    for (const oldest of this.#pinned) {
      if (this.#pinned.size <= REMEMBERED) break;
      this.#pinned.delete(oldest);
    }
    return others;
  }
}
