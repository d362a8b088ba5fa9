import { GatewayError } from '../../../../src/gateway/error.js';
import type { Fields } from './pdu.js';

/** One message on its way to the centre, part by part: the next goes when the one before has been taken. */
export class Submission {
  /** Resolves, never rejects, when the message is settled either way. */
  readonly settled: Promise<void>;
  /** Ids of the parts the centre has taken. */
  readonly ids: string[] = [];
  /** Resolves when the centre has every part; rejects with GatewayError. */
  readonly result: Promise<readonly string[]>;
  /** Steady milliseconds at which it stops waiting for its turn. */
  deadline = 0;
  readonly #resolve: (ids: readonly string[]) => void;
  readonly #reject: (error: GatewayError) => void;

  constructor(
    /** As the caller wrote it. */
    readonly to: string,
    /** submit_sm bodies in order; at least one. */
    readonly parts: readonly Fields[],
  ) {
    let resolveResult: (ids: readonly string[]) => void = () => undefined;
    let rejectResult: (error: GatewayError) => void = () => undefined;
    this.result = new Promise((resolve, reject) => {
      resolveResult = resolve;
      rejectResult = reject;
    });
    this.#resolve = resolveResult;
    this.#reject = rejectResult;
    this.settled = this.result.then(
      () => undefined,
      () => undefined,
    );
  }

  /** A part of the message is with the centre. */
  get begun(): boolean {
    return this.ids.length > 0;
  }

  /** The part to hand over next. */
  get next(): Fields | undefined {
    return this.parts[this.ids.length];
  }

  /** Part that the centre has taken, under this id. */
  taken(id: string): void {
    this.ids.push(id);
    if (this.ids.length === this.parts.length) this.#resolve(this.ids);
  }

  /**
   * No further part goes. With a part of it at the centre the outcome is unknown, whatever befell the rest: a try
   * from the beginning would show that part twice.
   */
  fail(error: GatewayError): void {
    this.#reject(
      this.begun && error.outcome === 'not-sent'
        ? new GatewayError(error.code, { key: 'sms-smpp-partly-sent' }, 'unknown')
        : error,
    );
  }

  /** A part was handed over and nobody knows what the centre has done with it. */
  lose(): void {
    this.#reject(new GatewayError('network-unreachable', { key: 'sms-smpp-outcome-unknown' }, 'unknown'));
  }
}

/** The centre is away and nothing of the message has gone out. */
export function notConnected(): GatewayError {
  return new GatewayError('network-unreachable', { key: 'sms-smpp-not-connected' }, 'not-sent', true);
}

/** Too much waits already, or the centre throttles for longer than the patience. */
export function tooMuch(): GatewayError {
  return new GatewayError('limit', { key: 'sms-smpp-throttled' }, 'not-sent', true);
}
