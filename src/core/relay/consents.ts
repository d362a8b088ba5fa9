import { randomInt } from 'node:crypto';
import type { Leg } from './leg.js';
import type { LegEvent, LegId } from './model.js';

const CODE_DIGITS = 6;

interface Waiting {
  readonly leg: Leg;
  readonly code: string;
  readonly until: number;
  /** Whether the leg was made for the question only. */
  readonly own: boolean;
  readonly agreed: () => void;
}

/** Codes that have to be said in rooms before these are linked, by somebody with rights there. */
export class Consents {
  readonly #waiting = new Map<LegId, Waiting>();

  /** @param forMs how long a code is good */
  constructor(
    private readonly forMs: number,
    private readonly now: () => number,
  ) {}

  /**
   * Asks for a word from a room. @param own the leg is there for the question only: it is begun and ended here
   * @param agreed is called once, when the leg has ended
   */
  async ask(leg: Leg, own: boolean, agreed: () => void): Promise<string> {
    await this.forget(leg.id);
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
    this.#waiting.set(leg.id, { leg, code, until: this.now() + this.forMs, own, agreed });
    if (own) this.#listen(leg);
    return code;
  }

  /** Whether that was the code of a link, said by somebody who may. */
  hear(id: LegId, { content }: LegEvent): boolean {
    const waiting = this.#waiting.get(id);
    if (!waiting || content.kind !== 'said' || !content.words.text.includes(waiting.code)) return false;
    if (!content.speaker.moderator || this.now() > waiting.until) return false;
    void this.forget(id).then(waiting.agreed);
    return true;
  }

  /** Asks no more. Never rejects. */
  async forget(id: LegId): Promise<void> {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting?.own) await waiting.leg.stop();
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((id) => this.forget(id)));
  }

  /** Sits in a room that is no leg yet and listens for the code. */
  #listen(leg: Leg): void {
    leg.start({
      happened: async (event) => {
        this.hear(leg.id, event);
      },
      signal: () => undefined,
      whispered: async () => undefined,
      called: () => undefined,
      changed: () => undefined,
      ended: () => void this.forget(leg.id),
      congested: false,
      relieved: async () => undefined,
    });
  }
}
