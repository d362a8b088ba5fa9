import type { EngineApi } from './engine-api.js';
import { StoreError, type StoreErrorCode } from './error.js';
import type { EngineOptions } from './options.js';

/** From the main thread. */
export type Request =
  | { readonly kind: 'open'; readonly options: EngineOptions; readonly resume: boolean }
  | { readonly kind: 'calls'; readonly calls: readonly Call[] };

/** One call of the engine. */
export interface Call {
  readonly id: number;
  readonly method: keyof EngineApi;
  readonly args: readonly unknown[];
}

/** From the thread that owns the database. */
export type Reply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly error: Failure }
  | { readonly kind: 'outcomes'; readonly outcomes: readonly Outcome[] };

/** How a call ended. */
export type Outcome =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Failure };

/** A StoreError on its way through a port, which would lose its class. */
export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
}

/** For the way through a port. */
export function toFailure(error: StoreError): Failure {
  return { code: error.code, message: error.message };
}

/** Back from the way through a port. */
export function fromFailure(failure: Failure): StoreError {
  return new StoreError(failure.code, failure.message);
}
