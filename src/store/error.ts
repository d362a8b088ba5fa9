/**
 * - `full`, `read-only`, `locked`, `corrupt`, `unavailable`: the state of the disk or of the database server
 * - `in-use`: another instance holds the database
 * - `wrong-key`: secrets cannot be decrypted with the key given
 * - `newer`: the database was written by a newer version of the program
 * - `not-found`: the row named does not exist
 */
export type StoreErrorCode =
  | 'full'
  | 'locked'
  | 'read-only'
  | 'corrupt'
  | 'unavailable'
  | 'in-use'
  | 'wrong-key'
  | 'newer'
  | 'not-found'
  | 'other';

/** What the store's promises reject with. The message is a sentence for the operator; it holds no stored data. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Codes that say something about the database as a whole, so that trying single rows is pointless. */
const environmental: ReadonlySet<StoreErrorCode> = new Set([
  'full',
  'locked',
  'read-only',
  'corrupt',
  'unavailable',
  'in-use',
]);

/** Whether every other write would fail in the same way now, and may succeed later. */
export function isEnvironmental(error: StoreError): boolean {
  return environmental.has(error.code);
}
