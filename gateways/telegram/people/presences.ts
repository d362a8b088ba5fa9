import type { ContactPresence } from '../../../src/gateway/contact.js';
import type { PeerId, TgStatus } from '../client/model.js';
import { presenceOf } from '../content/presence.js';

/** People whose next change is known beforehand; beyond, they stay as they are until something is heard. */
const MOST = 10_000;

interface Due {
  readonly status: TgStatus;
  readonly at: number;
}

/** Who is there, also where Telegram says nothing more: "online until" ends by itself. */
export class Presences {
  readonly #due = new Map<PeerId, Due>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly tell: (person: PeerId, presence: ContactPresence) => void,
    private readonly now: () => number = Date.now,
  ) {}

  note(person: PeerId, status: TgStatus): void {
    const { presence, again } = presenceOf(status, this.now());
    this.#due.delete(person);
    if (again !== undefined && this.#due.size < MOST) {
      this.#due.set(person, { status, at: again });
      this.#arm(again);
    }
    this.tell(person, presence);
  }

  forget(person: PeerId): void {
    this.#due.delete(person);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#due.clear();
  }

  #arm(at: number): void {
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, at - this.now())).unref();
  }

  #look(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.now();
    for (const [person, { status, at }] of [...this.#due]) if (at <= now) this.note(person, status);
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#due.values()) next = Math.min(next, at);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
  }
}
