import { GatewayError } from '../../../src/gateway/error.js';

interface Pending {
  readonly verb: string;
  /** Folded names that an error may be about; the first is the target. */
  readonly targets: readonly string[];
  readonly lines: number;
  readonly resolve: (value: undefined) => void;
  readonly reject: (error: GatewayError) => void;
}

/** Errors remembered per batch; a server that sends more is not believed. */
const maxRefusals = 1000;

interface Refusal {
  readonly params: readonly string[];
  readonly error: GatewayError;
  used: boolean;
}

/**
 * IRC acknowledges nothing. A PING after a batch of lines is answered when the server has worked through all
 * of them, so its PONG accepts what was not refused by an error reply before it; what is not covered when the
 * connection breaks is unknown. One PING is under way at a time: its answer lets the next batch go.
 */
export class Acceptance {
  /** Sent since the last PING. */
  #open: Pending[] = [];
  /** Covered by the PING under way. */
  #flight: Pending[] | undefined;
  #refusals: Refusal[] = [];
  #serial = 0;
  #token = '';

  /** A request just sent, of this many lines. */
  track(verb: string, targets: readonly string[], lines: number): Promise<undefined> {
    return new Promise((resolve, reject) => {
      this.#open.push({ verb, targets, lines, resolve, reject });
    });
  }

  /** The PING to send now, if one is due. */
  ping(): string | undefined {
    if (this.#flight !== undefined || this.#open.length === 0) return undefined;
    this.#flight = this.#open;
    this.#open = [];
    this.#token = `isthmus-${++this.#serial}`;
    return `PING :${this.#token}`;
  }

  /**
   * A PONG; `params` are compared with what was sent.
   * @returns whether more waits for a PING.
   */
  pong(params: readonly string[]): boolean {
    const flight = this.#flight;
    if (flight === undefined || !params.includes(this.#token)) return false;
    this.#flight = undefined;
    const refusals = this.#refusals;
    this.#refusals = [];
    if (refusals.length === 0) for (const pending of flight) pending.resolve(undefined);
    else settle(flight, refusals);
    return this.#open.length > 0;
  }

  /** An error reply; false when nothing under way is about it. */
  refuse(params: readonly string[], error: GatewayError): boolean {
    const about = (pending: Pending): boolean => concerns(pending, params);
    if (!this.#flight?.some(about) && !this.#open.some(about)) return false;
    if (this.#refusals.length < maxRefusals) this.#refusals.push({ params, error, used: false });
    return true;
  }

  /** The connection is gone: nobody knows what the server has done. */
  broken(): void {
    const error = new GatewayError('network-unreachable', { key: 'irc-outcome-unknown' }, 'unknown');
    const lost = [...(this.#flight ?? []), ...this.#open];
    this.#flight = undefined;
    this.#open = [];
    this.#refusals = [];
    for (const pending of lost) pending.reject(error);
  }
}

function concerns(pending: Pending, params: readonly string[]): boolean {
  return params.some((param) => param === pending.verb || pending.targets.includes(param));
}

/**
 * Errors say which target, not which line. A channel that begins to refuse goes on refusing, so errors belong
 * to the last lines sent to it.
 */
function settle(flight: readonly Pending[], refusals: readonly Refusal[]): void {
  for (const pending of flight.toReversed()) {
    let refused: GatewayError | undefined;
    for (let lines = pending.lines; lines > 0; lines--) {
      const refusal = refusals.findLast(({ used, params }) => !used && concerns(pending, params));
      if (refusal === undefined) break;
      refusal.used = true;
      refused = refusal.error;
    }
    if (refused === undefined) pending.resolve(undefined);
    else pending.reject(refused);
  }
}
