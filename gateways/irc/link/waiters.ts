import type { GatewayError } from '../../../src/gateway/error.js';

interface Waiter {
  readonly deadline: number;
  readonly run: () => void;
  readonly reject: (error: GatewayError) => void;
}

/** Requests that wait until a connection is up. */
export class Waiters {
  #waiting: Waiter[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(waiter: Waiter): void {
    this.#waiting.push(waiter);
  }

  run(): void {
    for (const { run } of this.#take(() => true)) run();
  }

  reject(error: GatewayError): void {
    for (const { reject } of this.#take(() => true)) reject(error);
  }

  rejectLate(now: number, error: () => GatewayError): void {
    for (const { reject } of this.#take(({ deadline }) => deadline <= now)) reject(error());
  }

  #take(which: (waiter: Waiter) => boolean): Waiter[] {
    const taken = this.#waiting.filter(which);
    if (taken.length > 0) this.#waiting = this.#waiting.filter((waiter) => !taken.includes(waiter));
    return taken;
  }
}
