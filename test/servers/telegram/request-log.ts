import { EventEmitter } from 'node:events';
import type { TlObject } from './wire/schema.js';
import type { Person } from './world/world.js';

/** What a request was and who made it, for tests that wait for it. */
export interface Asked {
  readonly request: TlObject;
  readonly person: Person | undefined;
  readonly centre: number;
}

/** Requests remembered for tests that wait for them. */
const MAX_ASKED = 20_000;

/** The requests that came and that no test has waited for yet. */
export class RequestLog {
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #asked: Asked[] = [];

  note(asked: Asked): void {
    this.#asked.push(asked);
    if (this.#asked.length > MAX_ASKED) this.#asked.splice(0, MAX_ASKED / 2);
  }

  /** A request has been acted on, or is held back: whoever waits for it looks. */
  moved(): void {
    this.#events.emit('moved');
  }

  /** As `TelegramServer.asked`. */
  async asked(
    request: { readonly className: string },
    matches: (asked: Asked) => boolean = () => true,
  ): Promise<Asked> {
    for (;;) {
      const index = this.#asked.findIndex(
        (one) => one.request.className === request.className && matches(one),
      );
      const [found] = index < 0 ? [] : this.#asked.splice(index, 1);
      if (found) return found;
      await new Promise((resolve) => this.#events.once('moved', resolve));
    }
  }

  count(request: { readonly className: string }): number {
    return this.#asked.filter((one) => one.request.className === request.className).length;
  }
}
