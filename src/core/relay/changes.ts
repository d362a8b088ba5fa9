/** Work of which one piece begins when the one before it has ended. */
export class Changes {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does. */
  next<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
