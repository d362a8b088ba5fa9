import type { TgClient } from '../client/client.js';
import type { PeerId } from '../client/model.js';

/** Telegram forgets after six seconds that somebody writes. */
const REPEAT_MS = 5_000;
/** People to whom the user may write at a time. */
const MOST = 20;

interface Writing {
  readonly timer: NodeJS.Timeout;
  readonly until: number;
}

/** Says that the user writes, again and again as long as he does; a client of his that is gone says nothing more. */
export class OutgoingTyping {
  readonly #writing = new Map<PeerId, Writing>();

  constructor(
    private readonly client: () => Pick<TgClient, 'setTyping'> | undefined,
    private readonly longestMs: number,
  ) {}

  set(person: PeerId, composing: boolean): void {
    const before = this.#writing.has(person);
    this.#forget(person);
    if (!composing) {
      if (before) this.#tell(person, false);
      return;
    }
    if (this.#writing.size >= MOST) return;
    this.#tell(person, true);
    const until = Date.now() + this.longestMs;
    const timer = setInterval(() => {
      if (Date.now() >= until) this.#forget(person);
      else this.#tell(person, true);
    }, REPEAT_MS);
    timer.unref();
    this.#writing.set(person, { timer, until });
  }

  /** A message ends it by itself. */
  spoke(person: PeerId): void {
    this.#forget(person);
  }

  stop(): void {
    for (const person of [...this.#writing.keys()]) this.#forget(person);
  }

  #forget(person: PeerId): void {
    clearInterval(this.#writing.get(person)?.timer);
    this.#writing.delete(person);
  }

  /** Worth nothing a moment later. */
  #tell(person: PeerId, typing: boolean): void {
    this.client()
      ?.setTyping(person, typing)
      .catch(() => undefined);
  }
}
