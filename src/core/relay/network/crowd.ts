/** How long it is waited whether many come and go at once (ms), and how many that are. */
const GATHER_MS = 2_000;
const MANY = 10;

/**
 * People who come and go. Many at once are no news: a network has fallen in two, or come together again, and nobody wants
 * to read a thousand lines of it.
 */
export class Crowd {
  #waiting: (() => void)[] = [];
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Tells of somebody in a while, unless he is one of many. */
  moved(tell: () => void): void {
    this.#count += 1;
    if (this.#count <= MANY) this.#waiting.push(tell);
    else this.#waiting = [];
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.#flush(), GATHER_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#count = 0;
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.stop();
    for (const tell of waiting) tell();
  }
}
