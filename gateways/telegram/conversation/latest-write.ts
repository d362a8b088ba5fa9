/** Writes a value that changes often: one write at a time, and of those that wait only the latest. */
export class LatestWrite<Value> {
  #next: { readonly value: Value } | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly write: (value: Value) => Promise<void>,
    /** A value could not be written; the next one is. */
    private readonly trouble: (error: unknown) => void,
  ) {}

  put(value: Value): void {
    this.#next = { value };
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#next; next; next = this.#next) {
      this.#next = undefined;
      await this.write(next.value).catch((error: unknown) => this.trouble(error));
    }
    // At once: what is put a moment later begins anew.
    this.#running = undefined;
  }
}
