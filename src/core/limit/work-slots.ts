/** Lets work run a few at a time; what comes while too much waits is refused. */
export class WorkSlots {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param slots works at a time; @param most further ones that may wait */
  constructor(
    private readonly slots: number,
    private readonly most: number,
  ) {}

  /** Whether one more may wait. */
  get full(): boolean {
    return this.#waiting.length >= this.most;
  }

  /** Runs it when its turn comes; rejects with what it throws, or at once when too much waits. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.slots) this.#running += 1;
    else {
      if (this.full) throw new Error('too much waits');
      // Its slot is handed over by whoever ends.
      await new Promise<void>((start) => this.#waiting.push(start));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
