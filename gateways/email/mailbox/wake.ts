/** An alarm clock: it can be rung early, also before anybody sleeps. */
export class Wake {
  #rung = false;
  #sleeper: (() => void) | undefined;

  ring(): void {
    if (this.#sleeper) this.#sleeper();
    else this.#rung = true;
  }

  /** Resolves after `ms`, or as soon as it is rung. One sleeper at a time. */
  sleep(ms: number): Promise<void> {
    if (this.#rung) {
      this.#rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#sleeper = undefined;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleeper = wake;
    });
  }
}
