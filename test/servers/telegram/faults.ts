import { RpcFailure, type TlObject } from './wire/schema.js';

/** What happens to a request instead of its answer. */
export type Fault =
  | { readonly kind: 'error'; readonly code: number; readonly text: string }
  /** Never answered, and never acted on. */
  | { readonly kind: 'silence' }
  /** Acted on, and never answered. */
  | { readonly kind: 'unanswered' }
  /** The connection breaks, and nothing was done. */
  | { readonly kind: 'refuse' }
  /** Acted on, then the connection breaks before the answer. */
  | { readonly kind: 'drop' }
  /** Acted on, then the connection breaks in the middle of the answer: so many bytes of it arrive. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Waits, before or after it is acted on. */
  | { readonly kind: 'hold'; readonly until: Promise<void>; readonly acted: boolean };

/** FLOOD_WAIT: the client has to wait so many seconds. */
export const floodWait = (seconds: number): Fault => ({
  kind: 'error',
  code: 420,
  text: `FLOOD_WAIT_${seconds}`,
});

/** Answers when the test says so; `acted`: what was asked for happens at once. */
export function held({ acted = false } = {}): { readonly fault: Fault; release(): void } {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { fault: { kind: 'hold', until, acted }, release };
}

/** How updates get to a client's session: `send` once, never, twice or later. */
export type Delivery = (send: () => void) => void;

/** Everything arrives twice. */
export const twice: Delivery = (send) => {
  send();
  send();
};

/** Keeps updates back until the test lets them go: all, in order or the last first. */
export class HeldUpdates {
  readonly #waiting: (() => void)[] = [];
  readonly deliver: Delivery = (send) => {
    this.#waiting.push(send);
  };

  get count(): number {
    return this.#waiting.length;
  }

  release(order: 'forwards' | 'backwards' = 'forwards'): void {
    const sends = this.#waiting.splice(0);
    for (const send of order === 'forwards' ? sends : sends.reverse()) send();
  }
}

/** Loses every update for which `loses` says so, told its number, from 0. */
export function losing(loses: (index: number) => boolean): Delivery {
  let index = -1;
  return (send) => {
    index += 1;
    if (!loses(index)) send();
  };
}

/** Faults on demand, for requests by name; each happens once, in the order in which they were asked for. */
export class Faults {
  /** Updates are counted and can be asked for, but not sent. */
  loseUpdates = false;
  /** How updates travel; undefined: as they should. */
  delivery: Delivery | undefined;
  readonly #next = new Map<string, Fault[]>();

  next(request: { readonly className: string }, ...faults: readonly Fault[]): void {
    const waiting = this.#next.get(request.className) ?? [];
    this.#next.set(request.className, [...waiting, ...faults]);
  }

  /** Faults that have not happened. */
  get pending(): number {
    return [...this.#next.values()].reduce((sum, faults) => sum + faults.length, 0);
  }

  /** Forgets those that have not happened. */
  clear(): void {
    this.#next.clear();
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
