/** How long the other side may take (ms). */
const WAIT_TIMEOUT_MS = 20_000;

/** Things that arrive, looked for by what they are; nothing is missed because it came early. */
export class Waiter<Item> {
  readonly #seen: Item[] = [];
  readonly #listeners = new Set<(item: Item) => void>();

  /** Notes an arrival. */
  push(item: Item): void {
    this.#seen.push(item);
    for (const listener of [...this.#listeners]) listener(item);
  }

  /** The first not yet taken item that matches, now or later; rejects after a while, naming what was waited for. */
  take(what: string, matches: (item: Item) => boolean): Promise<Item> {
    const index = this.#seen.findIndex(matches);
    const early = this.#seen[index];
    if (early !== undefined) {
      this.#seen.splice(index, 1);
      return Promise.resolve(early);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#listeners.delete(listener);
        reject(new Error(`no ${what} within ${WAIT_TIMEOUT_MS / 1000} s`));
      }, WAIT_TIMEOUT_MS);
      const listener = (item: Item) => {
        if (!matches(item)) return;
        clearTimeout(timer);
        this.#listeners.delete(listener);
        this.#seen.splice(this.#seen.indexOf(item), 1);
        resolve(item);
      };
      this.#listeners.add(listener);
    });
  }
}
