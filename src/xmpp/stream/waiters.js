/** Promises that wait for something, each with a value that tells what it waits for. */
export class Waiters {
  #waiting = [];
  /** A promise that a later call settles. */
  wait(value) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ value, resolve, reject });
    });
  }
  /** Resolves those whose value satisfies the test. */
  resolveWhere(test) {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      if (test(waiter.value)) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
  /** Rejects all. */
  rejectAll(error) {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) waiter.reject(error);
  }
}
