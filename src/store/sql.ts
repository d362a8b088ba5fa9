import type { EntityManager, QueryRunner } from 'typeorm';
import { toStoreError } from './driver-error.js';

/** What a parameter or a column may hold. */
export type Value = string | number | null;

/** Rows per statement. Few sizes, so that prepared statements are found again. */
const CHUNKS = [64, 8, 1] as const;

/** A statement around its `(?, ?), (?, ?)`. */
type Around = (tuples: string) => string;

/** Statements with `?` on one connection of either engine. Rejects with StoreErrors only. */
export class Sql {
  readonly #runner: QueryRunner;
  readonly #postgres: boolean;

  constructor(runner: QueryRunner) {
    this.#runner = runner;
    this.#postgres = runner.dataSource.options.type === 'postgres';
  }

  /** For entities; takes part in the transaction of this connection. */
  get manager(): EntityManager {
    return this.#runner.manager;
  }

  /** Rows of a query. `Row` is what the statement selects; nothing checks it at run time. */
  async rows<Row>(statement: string, parameters: readonly Value[] = []): Promise<Row[]> {
    const result = await this.#query(statement, parameters);
    return result.records as Row[];
  }

  /** Runs a statement; the number of rows it changed. */
  async run(statement: string, parameters: readonly Value[] = []): Promise<number> {
    const result = await this.#query(statement, parameters);
    return result.affected ?? 0;
  }

  /**
   * Inserts many rows by few statements.
   * @param head up to and with `VALUES`
   * @param width columns per row
   * @param flat the rows, one after the other
   * @param tail conflict clause
   */
  async insert(head: string, width: number, flat: readonly Value[], tail: string): Promise<void> {
    const tuple = `(${list(width)})`;
    for (const [text, parameters] of chunks((tuples) => `${head} ${tuples} ${tail}`, tuple, flat)) {
      await this.run(text, parameters);
    }
  }

  /**
   * Rows of a query for many keys, by few statements.
   * @param statement the statement around `tuples`, which stands for the keys in their parentheses
   * @param tuple one key, such as `(?, ?)`
   * @param flat the keys, one after the other
   */
  async lookup<Row>(statement: Around, tuple: string, flat: readonly Value[]): Promise<Row[]> {
    const found: Row[] = [];
    for (const [text, parameters] of chunks(statement, tuple, flat)) {
      found.push(...(await this.rows<Row>(text, parameters)));
    }
    return found;
  }

  /** Like `lookup`, for statements that change something; how many rows. */
  async sweep(statement: Around, tuple: string, flat: readonly Value[]): Promise<number> {
    let changed = 0;
    for (const [text, parameters] of chunks(statement, tuple, flat)) {
      changed += await this.run(text, parameters);
    }
    return changed;
  }

  async #query(statement: string, parameters: readonly Value[]) {
    try {
      if (!this.#postgres) return await this.#runner.query(statement, [...parameters], true);
      return await this.#runner.query(
        numbered(statement),
        parameters.map((value) => (typeof value === 'string' ? withoutNul(value) : value)),
        true,
      );
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

/** Statements of few sizes with the part of the parameters that each takes. */
function* chunks(
  statement: Around,
  tuple: string,
  flat: readonly Value[],
): Generator<readonly [text: string, parameters: readonly Value[]]> {
  const width = tuple.split('?').length - 1;
  let offset = 0;
  for (const chunk of CHUNKS) {
    while (flat.length - offset >= chunk * width) {
      const text = statement(Array(chunk).fill(tuple).join(', '));
      yield [text, flat.slice(offset, offset + chunk * width)];
      offset += chunk * width;
    }
  }
}

/** `?, ?` */
export function list(count: number): string {
  return Array(count).fill('?').join(', ');
}

/** PostgreSQL's placeholders; no statement of the store has a question mark of its own. */
function numbered(statement: string): string {
  let index = 0;
  return statement.replaceAll('?', () => {
    index += 1;
    return `$${index}`;
  });
}

/** U+0000 cannot be stored as text in PostgreSQL, and is no character of XML. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
