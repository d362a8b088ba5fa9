import { RpcFailure, type TlObject } from './wire/schema.js';

/** What happens to a request instead of its answer. */
export type Fault =
  | { readonly kind: 'error'; readonly code: number; readonly text: string }
  /** Never answered, and never acted on. */
  | { readonly kind: 'silence' }
  /** Acted on, then the connection breaks before the answer. */
  | { readonly kind: 'drop' };

/** FLOOD_WAIT: the client has to wait so many seconds. */
export const floodWait = (seconds: number): Fault => ({
  kind: 'error',
  code: 420,
  text: `FLOOD_WAIT_${seconds}`,
});

/** Faults on demand, for requests by name; each happens once, in the order in which they were asked for. */
export class Faults {
  /** Updates are counted and can be asked for, but not sent. */
  loseUpdates = false;
  readonly #next = new Map<string, Fault[]>();

  next(request: { readonly className: string }, ...faults: readonly Fault[]): void {
    const waiting = this.#next.get(request.className) ?? [];
    this.#next.set(request.className, [...waiting, ...faults]);
  }

  /** Whether this request is to remain without an answer. */
  silences(request: TlObject): boolean {
    if (this.#next.get(request.className)?.[0]?.kind !== 'silence') return false;
    this.take(request);
    return true;
  }

  /** The fault of this request, which is over by that. */
  take(request: TlObject): Fault | undefined {
    const waiting = this.#next.get(request.className);
    const fault = waiting?.shift();
    if (waiting?.length === 0) this.#next.delete(request.className);
    return fault;
  }
}

export function failureOf({ code, text }: Extract<Fault, { kind: 'error' }>): RpcFailure {
  return new RpcFailure(code, text);
}
