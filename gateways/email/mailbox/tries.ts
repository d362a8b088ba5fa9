/** Mails that failed lately. */
const MOST = 100;

/** How often mails have failed, over all connections of a mailbox; a restart forgets it. */
export class Tries {
  readonly #failed = new Map<string, { count: number; tooLarge: boolean }>();

  /** Counts a failure; `tooLarge`: an answer of the server was larger than can be. */
  failed(name: string, tooLarge: boolean): number {
    const before = this.#failed.get(name);
    const count = (before?.count ?? 0) + 1;
    this.#failed.delete(name);
    this.#failed.set(name, { count, tooLarge: tooLarge || (before?.tooLarge ?? false) });
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > MOST && oldest !== undefined) this.#failed.delete(oldest);
    return count;
  }

  /** Whether the whole mail came in an answer that was too large: then only a part of it is asked for. */
  tooLarge(name: string): boolean {
    return this.#failed.get(name)?.tooLarge ?? false;
  }

  done(name: string): void {
    this.#failed.delete(name);
  }
}
