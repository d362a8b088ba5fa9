import type { Store } from '../../../src/store/store.js';

/** What a dead process waits for. */
const NEVER = new Promise<never>(() => undefined);

/** Parts of a store that take a moment, and what of them does not: it is buffered. */
const SLOW: ReadonlySet<string | symbol> = new Set(['messages', 'inbox', 'archive']);
const AT_ONCE: ReadonlySet<string | symbol> = new Set([
  ...['confirm', 'append', 'openSpan', 'closeSpan', 'showAll'],
]);

/**
 * A store as one process has it: calls take a moment and are carried out in order; when the process is killed nothing
 * of them comes back.
 */
export class SeveredStore {
  #severed = false;
  /** Settles when the call before the next one may be carried out; for good when the process is dead. */
  #before: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    /** Turns of the event loop before a call is carried out, and before its answer arrives. Default: none. */
    private readonly turns?: () => number,
  ) {}

  /** The process is killed: calls that were not carried out never will be. */
  sever(): void {
    this.#severed = true;
  }

  /** What the process is given. */
  get face(): Store {
    return new Proxy(this.store, {
      get: (store, name) => {
        const part: unknown = Reflect.get(store, name);
        return SLOW.has(name) ? this.#slow(part as object) : part;
      },
    });
  }

  #slow(part: object): object {
    return new Proxy(part, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== 'function') return call;
        if (AT_ONCE.has(name))
          return (...args: unknown[]) => this.#severed || Reflect.apply(call, target, args);
        return async (...args: unknown[]) => {
          await this.#turn();
          if (this.#severed) return NEVER;
          const result: unknown = await Reflect.apply(call, target, args);
          await this.#wait();
          return result;
        };
      },
    });
  }

  /** Resolves when a call may be carried out, one after the other. */
  #turn(): Promise<void> | undefined {
    if (!this.turns) return undefined;
    this.#before = this.#before.then(() => this.#wait());
    return this.#before;
  }

  async #wait(): Promise<void> {
    for (let turn = this.turns?.() ?? 0; turn > 0; turn -= 1)
      await new Promise((resolve) => setImmediate(resolve));
    if (this.#severed) await NEVER;
  }
}
