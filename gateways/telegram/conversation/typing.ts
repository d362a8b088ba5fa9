import type { TgClient } from '../client/client.js';
import type { PeerId } from '../client/model.js';
import type { Place } from '../rooms/room-addresses.js';

/** Telegram forgets after six seconds that somebody writes. */
const REPEAT_MS = 5_000;
/** Chats in which the user may write at a time. */
const MOST = 20;

interface Writing {
  readonly place: Place;
  readonly timer: NodeJS.Timeout;
  readonly until: number;
}

/** Says that the user writes, again and again as long as he does; a client of his that is gone says nothing more. */
export class OutgoingTyping {
  readonly #writing = new Map<string, Writing>();

  constructor(
    private readonly client: () => Pick<TgClient, 'setTyping'> | undefined,
    private readonly longestMs: number,
  ) {}

  set(place: Place, composing: boolean): void {
    const name = nameOf(place);
    const before = this.#writing.has(name);
    this.#forget(name);
    if (!composing) {
      if (before) this.#tell(place, false);
      return;
    }
    if (this.#writing.size >= MOST) return;
    this.#tell(place, true);
    const until = Date.now() + this.longestMs;
    const timer = setInterval(() => {
      if (Date.now() >= until) this.#forget(name);
      else this.#tell(place, true);
    }, REPEAT_MS);
    timer.unref();
    this.#writing.set(name, { place, timer, until });
  }

  /** A message ends it by itself. */
  spoke(chat: PeerId): void {
    for (const [name, { place }] of this.#writing) if (place.chat === chat) this.#forget(name);
  }

  stop(): void {
    for (const name of [...this.#writing.keys()]) this.#forget(name);
  }

  #forget(name: string): void {
    clearInterval(this.#writing.get(name)?.timer);
    this.#writing.delete(name);
  }

  /** Worth nothing a moment later. */
  #tell({ chat, topic }: Place, typing: boolean): void {
    this.client()
      ?.setTyping(chat, typing, topic)
      .catch(() => undefined);
  }
}

function nameOf({ chat, topic }: Place): string {
  return topic === undefined ? chat : `${chat}.${topic}`;
}
