import type { DataSource } from 'typeorm';
import { toStoreError } from './driver-error.js';
import { isEnvironmental, type StoreError } from './error.js';
import { Sql } from './sql.js';

/** Work on a connection. May run again after a rollback, so it changes nothing but the database. */
export type Work<T> = (sql: Sql) => Promise<T>;

interface Job {
  readonly kind: 'write' | 'exclusive' | 'read' | 'alone';
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
  /** Called before any other job runs. */
  readonly committed?: (() => void) | undefined;
}

/**
 * The one writer. SQLite has one connection, on which transactions must not meet, so everything stands in one
 * queue; writes that are waiting share a transaction and its fsync (group commit), and reads that stand between them
 * are done in it, so that they do not divide it. On PostgreSQL only writes queue, and reads take another connection.
 */
export class Writer {
  readonly #source: DataSource;
  readonly #groupSize: number;
  readonly #guard: () => void;
  readonly #concurrentReads: boolean;
  #queue: Job[] = [];
  #running = false;

  /**
   * @param groupSize writes in one transaction at most
   * @param guard throws when the instance may not write, such as after losing its lock
   */
  constructor(source: DataSource, groupSize: number, guard: () => void) {
    this.#source = source;
    this.#groupSize = groupSize;
    this.#guard = guard;
    this.#concurrentReads = source.options.type === 'postgres';
  }

  /** In a transaction, shared with others that wait. Rejects with a StoreError; then nothing of it is written. */
  write<T>(work: Work<T>): Promise<T> {
    return this.#enqueue('write', work);
  }

  /** In a transaction of its own. @param committed called before any other job runs */
  exclusive<T>(work: Work<T>, committed: () => void): Promise<T> {
    return this.#enqueue('exclusive', work, committed);
  }

  read<T>(work: Work<T>): Promise<T> {
    return this.#concurrentReads ? this.#withConnection(work) : this.#enqueue('read', work);
  }

  /** Outside of any transaction while no other job runs. */
  alone<T>(work: Work<T>): Promise<T> {
    return this.#enqueue('alone', work);
  }

  #enqueue<T>(kind: Job['kind'], work: Work<T>, committed?: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind, work, resolve: (value) => resolve(value as T), reject, committed });
      if (this.#running) return;
      this.#running = true;
      // after the messages that have already arrived, so that they share the transaction
      setImmediate(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      await this.#runGroup(group);
    }
    this.#running = false;
  }

  /** Reads that stand before the first write need not wait for it to be committed. */
  #takeGroup(): readonly Job[] {
    const [first] = this.#queue;
    const together: ReadonlySet<Job['kind']> = new Set(
      first?.kind === 'write' ? ['write', 'read'] : ['read'],
    );
    let length = this.#queue.findIndex(({ kind }) => !together.has(kind));
    if (length === -1) length = this.#queue.length;
    return this.#queue.splice(0, Math.min(Math.max(length, 1), this.#groupSize));
  }

  async #runGroup(group: readonly Job[]): Promise<void> {
    try {
      const settle = await this.#withConnection((sql) => this.#execute(sql, group));
      for (const settled of settle) settled();
    } catch (thrown) {
      const error = toStoreError(thrown);
      // what cannot be written can perhaps still be read
      const over = (job: Job) => group.length === 1 || (isEnvironmental(error) && job.kind !== 'read');
      for (const job of group) {
        if (over(job)) job.reject(error);
        else await this.#runGroup([job]);
      }
    }
  }

  /** Resolves with what tells each job its outcome. */
  async #execute(sql: Sql, group: readonly Job[]): Promise<readonly (() => void)[]> {
    this.#guard();
    const transaction = group[0]?.kind === 'write' || group[0]?.kind === 'exclusive';
    const settle: (() => void)[] = [];
    if (transaction) await sql.run(this.#concurrentReads ? 'BEGIN' : 'BEGIN IMMEDIATE');
    try {
      for (const job of group) settle.push(await perform(job, sql));
      if (transaction) await sql.run('COMMIT');
      for (const job of group) job.committed?.();
    } catch (error) {
      // fails when the engine has already rolled back or the connection is gone: then there is nothing to undo
      if (transaction) await sql.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    return settle;
  }

  async #withConnection<T>(work: Work<T>): Promise<T> {
    const runner = this.#source.createQueryRunner();
    try {
      await runner.connect();
      return await work(new Sql(runner));
    } catch (error) {
      throw toStoreError(error);
    } finally {
      await runner.release().catch(() => undefined);
    }
  }
}

/** A read that fails leaves nothing to undo: it alone is rejected. */
async function perform(job: Job, sql: Sql): Promise<() => void> {
  try {
    const value = await job.work(sql);
    return () => job.resolve(value);
  } catch (error) {
    if (job.kind !== 'read') throw error;
    return () => job.reject(toStoreError(error));
  }
}
