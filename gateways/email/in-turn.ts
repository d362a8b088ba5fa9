/** Works of one key after one another, those of different keys at the same time. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs when all earlier works of the key have ended, however they did. Settles as the work does. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const running = before.then(work, work);
    const ended: Promise<void> = running.then(
      () => this.#forget(key, ended),
      () => this.#forget(key, ended),
    );
    this.#last.set(key, ended);
    return running;
  }

  #forget(key: string, ended: Promise<unknown>): void {
    if (this.#last.get(key) === ended) this.#last.delete(key);
  }
}
