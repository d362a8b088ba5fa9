import type { StoreError } from './error.js';
import type { StoreTrouble } from './store.js';

type Listener = (trouble: StoreTrouble | undefined) => void;

/** Remembers whether writing works, and tells when that changes. */
export class TroubleLog {
  readonly #buffered: () => number;
  readonly #listeners = new Set<Listener>();
  #current: { readonly error: StoreError; readonly since: number } | undefined;

  /** @param buffered rows that wait now */
  constructor(buffered: () => number) {
    this.#buffered = buffered;
  }

  get current(): StoreTrouble | undefined {
    return this.#current && { ...this.#current, buffered: this.#buffered() };
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  begin(error: StoreError): void {
    const changed = this.#current?.error.code !== error.code;
    this.#current = { error, since: this.#current?.since ?? Date.now() };
    if (changed) this.#tell(this.current);
  }

  /** Something that is over at once, such as rows that had to be left out. */
  once(error: StoreError): void {
    this.#tell({ error, since: Date.now(), buffered: this.#buffered() });
  }

  end(): void {
    if (!this.#current) return;
    this.#current = undefined;
    this.#tell(undefined);
  }

  #tell(trouble: StoreTrouble | undefined): void {
    for (const listener of this.#listeners) listener(trouble);
  }
}
