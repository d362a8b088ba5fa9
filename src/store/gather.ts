import type { OperationOutcome } from './operation.js';
import { fromFailure } from './protocol.js';

interface Waiting<Operation> {
  readonly operation: Operation;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends all operations of one turn in one call, in order. */
export class Gather<Operation> {
  readonly #send: (operations: readonly Operation[]) => Promise<readonly OperationOutcome[]>;
  #waiting: Waiting<Operation>[] = [];

  constructor(send: (operations: readonly Operation[]) => Promise<readonly OperationOutcome[]>) {
    this.#send = send;
  }

  /** @typeParam Value what the engine answers this kind of operation with; nothing checks it at run time */
  add<Value>(operation: Operation): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve: (value) => resolve(value as Value), reject });
      if (this.#waiting.length === 1) queueMicrotask(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const outcomes = await this.#send(waiting.map(({ operation }) => operation));
      waiting.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome?.ok) resolve(outcome.value);
        else reject(outcome && fromFailure(outcome.error));
      });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
