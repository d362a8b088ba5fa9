import type { OutboundMessage, Target } from '../../../gateway/message.js';
import type { Acceptance, Sent, Session } from '../../../gateway/session.js';

/** Messages that become one at most. */
const MOST = 50;

interface Waiting {
  readonly message: OutboundMessage;
  settle(sent: Promise<Acceptance>): void;
}

/** What is told in one room of a network where words go out together, as in mails: each waits for the next ones. */
export class Letters {
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #send: () => void = () => undefined;

  /** @param leastMs how long words wait at least, counted from the last ones */
  constructor(private readonly leastMs: number) {}

  /** Undefined: the network sends each by itself. Else it goes out alone or with others, under a name of its own. */
  send(session: Session, target: Target, message: OutboundMessage): Sent | undefined {
    if (!session.sendTogether) return undefined;
    const forMs = Math.max(this.leastMs, session.gathering?.(target) ?? 0);
    const accepted = new Promise<Acceptance>((resolve) => {
      this.#waiting.push({ message, settle: resolve });
    });
    this.#send = () => this.#together(session, target);
    clearTimeout(this.#timer);
    if (this.#waiting.length >= MOST) this.flush();
    else this.#timer = setTimeout(() => this.flush(), forMs).unref();
    return { accepted };
  }

  /** What waits goes out now, or fails now. */
  flush(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#send();
  }

  #together(session: Session, target: Target): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const messages = waiting.map(({ message }) => message);
    const sent = Promise.resolve().then(
      async () => (await session.sendTogether?.(target, messages).accepted)?.ids,
    );
    for (const [index, { settle }] of waiting.entries())
      settle(sent.then((ids) => ({ ids: ids?.slice(index, index + 1) ?? [] })));
  }
}
