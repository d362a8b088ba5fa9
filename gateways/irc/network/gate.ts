/** Lets a bounded number through at once; the others wait in order. */
export class Gate {
  readonly #most: number;
  #inside = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Calls `enter` now or when it is its turn. @returns takes it back, or leaves; idempotent. */
  pass(enter: () => void): () => void {
    let state: 'waiting' | 'inside' | 'left' = 'waiting';
    const run = (): void => {
      state = 'inside';
      this.#inside++;
      enter();
    };
    if (this.#inside < this.#most) run();
    else this.#waiting.push(run);
    return () => {
      if (state === 'left') return;
      if (state === 'inside') {
        this.#inside--;
        this.#waiting.shift()?.();
      } else this.#waiting = this.#waiting.filter((other) => other !== run);
      state = 'left';
    };
  }
}
