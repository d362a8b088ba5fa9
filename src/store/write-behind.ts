import type { WriteBatch } from './batch.js';
import type { WriteResult } from './engine-api.js';
import { StoreError } from './error.js';
import type { ClientLimits } from './options.js';
import type { RoomKey } from './store.js';
import type { TroubleLog } from './trouble.js';
import { WriteBuffer } from './write-buffer.js';

interface Waiter {
  /** Number of the row that must be committed. */
  readonly row: number;
  /** Whether trouble ends the wait too. */
  readonly patient: boolean;
  readonly done: () => void;
}

/**
 * Writes the buffer batch by batch, one at a time so that order holds. A batch that fails stays and is tried again
 * with growing pauses; meanwhile the buffer fills up to its limit.
 */
export class WriteBehind {
  readonly buffer: WriteBuffer;
  readonly #write: (batch: WriteBatch) => Promise<WriteResult>;
  readonly #limits: ClientLimits;
  readonly #trouble: TroubleLog;
  #waiters: Waiter[] = [];
  #drainWaiters: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #failing = false;
  #pause: number;
  #stopped = false;

  /** @param write rejects with a StoreError */
  constructor(write: (batch: WriteBatch) => Promise<WriteResult>, limits: ClientLimits, trouble: TroubleLog) {
    this.buffer = new WriteBuffer(limits);
    this.#write = write;
    this.#limits = limits;
    this.#trouble = trouble;
    this.#pause = limits.retryFirstMs;
  }

  /** To be called after every change of the buffer. */
  changed(): void {
    if (this.#busy || this.#failing) return;
    if (this.buffer.hasBatch) void this.#send();
    else this.#timer ??= setTimeout(() => void this.#send(), this.#limits.flushDelayMs);
  }

  /** Resolves when the buffer takes more. */
  drained(): Promise<void> {
    if (!this.buffer.full) return Promise.resolve();
    return new Promise((resolve) => this.#drainWaiters.push(resolve));
  }

  /** Resolves when what is buffered now is committed, however long that takes. */
  flushed(): Promise<void> {
    return this.#wait(true);
  }

  /** Like `flushed`, but does not wait while writing fails: for readers, who then see less. */
  settled(): Promise<void> {
    return this.#failing ? Promise.resolve() : this.#wait(false);
  }

  /** Like `settled`, for readers of one room: they need not wait for what is written of others. */
  roomSettled(room: RoomKey): Promise<void> {
    const row = this.buffer.lastOf(room);
    return this.#failing || row <= this.buffer.committed ? Promise.resolve() : this.#wait(false, row);
  }

  /** Tries again at once, such as after the thread was replaced. */
  retry(): void {
    this.#pause = this.#limits.retryFirstMs;
    if (this.#busy || this.buffer.rows === 0) return;
    void this.#send();
  }

  /** Writes what is left; rejects when that does not succeed in time. Nothing is written afterwards. */
  async stop(): Promise<void> {
    this.retry();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#limits.closeTimeoutMs);
    });
    await Promise.race([this.flushed(), late]);
    clearTimeout(timer);
    clearTimeout(this.#timer);
    this.#stopped = true;
    this.#releaseDrained();
    const lost = this.buffer.rows;
    if (lost === 0) return;
    const cause = this.#trouble.current?.error;
    throw new StoreError(
      cause?.code ?? 'other',
      `${lost} rows could not be written before the store was closed${cause ? ` (${cause.message})` : ''}`,
    );
  }

  #wait(patient: boolean, row = this.buffer.appended): Promise<void> {
    if (this.buffer.rows === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ row, patient, done: resolve });
      if (!this.#busy && !this.#failing) void this.#send();
    });
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.buffer.take();
    if (!batch || this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      const { dropped } = await this.#write(batch);
      this.#succeed(dropped);
    } catch (error) {
      this.#fail(error instanceof StoreError ? error : new StoreError('other', String(error)));
    } finally {
      this.#busy = false;
    }
    if (this.#failing) return;
    // what came meanwhile has waited long enough when somebody wants it written
    if (this.buffer.rows > 0 && this.#waiters.length > 0) void this.#send();
    else if (this.buffer.rows > 0) this.changed();
  }

  #succeed(dropped: number): void {
    this.buffer.commit();
    this.#failing = false;
    this.#pause = this.#limits.retryFirstMs;
    this.#trouble.end();
    if (dropped > 0) {
      this.#trouble.once(new StoreError('other', `${dropped} rows were left out: the database refuses them`));
    }
    this.#release((waiter) => waiter.row <= this.buffer.committed);
    if (this.buffer.relaxed) this.#releaseDrained();
  }

  #releaseDrained(): void {
    const waiting = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const done of waiting) done();
  }

  #fail(error: StoreError): void {
    this.#failing = true;
    this.#trouble.begin(error);
    this.#release((waiter) => !waiter.patient);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#send(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, this.#limits.retryMaxMs);
  }

  #release(ready: (waiter: Waiter) => boolean): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter((waiter) => !ready(waiter));
    for (const waiter of waiting) if (ready(waiter)) waiter.done();
  }
}
