import { isEnvironmental, StoreError } from './error.js';
import { type Failure, toFailure } from './protocol.js';
import type { Sql } from './sql.js';

/** How one operation of a batch ended. */
export type OperationOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Failure };

/** Applies operations in order; throws when one of them cannot be stored. */
export type ApplyOperations<Operation> = (
  sql: Sql,
  operations: readonly Operation[],
) => Promise<readonly unknown[]>;

/**
 * Applies a batch inside a transaction. When something in it cannot be stored, the operations are applied one by
 * one, still in order, and only those that fail are left out. Rejects with a StoreError when the database as a whole
 * has trouble.
 */
export async function applyOperations<Operation>(
  sql: Sql,
  operations: readonly Operation[],
  apply: ApplyOperations<Operation>,
): Promise<readonly OperationOutcome[]> {
  await sql.run('SAVEPOINT operations');
  try {
    const values = await apply(sql, operations);
    await sql.run('RELEASE SAVEPOINT operations');
    return values.map((value) => ({ ok: true, value }));
  } catch (error) {
    if (!(error instanceof StoreError) || isEnvironmental(error)) throw error;
    await sql.run('ROLLBACK TO SAVEPOINT operations');
    await sql.run('RELEASE SAVEPOINT operations');
    if (operations.length === 1) return [{ ok: false, error: toFailure(error) }];
  }
  const outcomes: OperationOutcome[] = [];
  for (const operation of operations) outcomes.push(...(await applyOperations(sql, [operation], apply)));
  return outcomes;
}
