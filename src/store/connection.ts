import type { EngineApi } from './engine-api.js';
import { StoreError } from './error.js';
import type { Link } from './link.js';
import type { ClientLimits, EngineOptions } from './options.js';
import { type Call, fromFailure, type Outcome, type Reply } from './protocol.js';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** The thread has ended by itself; it is replaced. */
  down(error: StoreError): void;
  /** A replacement works. */
  up(): void;
}

type Pauses = Pick<ClientLimits, 'retryFirstMs' | 'retryMaxMs'>;

/**
 * Calls of the engine over a link. Calls made in one turn travel together. When the thread dies, what it was asked
 * is rejected as `unavailable`, and another is started with growing pauses.
 */
export class Connection {
  readonly #connect: () => Link;
  readonly #pauses: Pauses;
  readonly #events: ConnectionEvents;
  readonly #waiting = new Map<number, Waiting>();
  #options: EngineOptions;
  #link: Link | undefined;
  #calls: Call[] = [];
  #nextId = 1;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(connect: () => Link, options: EngineOptions, pauses: Pauses, events: ConnectionEvents) {
    this.#connect = connect;
    this.#options = options;
    this.#pauses = pauses;
    this.#events = events;
  }

  /** Rejects with the StoreError that opening the database failed with. */
  async open(): Promise<void> {
    await this.#start(false);
  }

  /** Rejects with a StoreError. */
  call<Method extends keyof EngineApi>(
    method: Method,
    ...args: Parameters<EngineApi[Method]>
  ): ReturnType<EngineApi[Method]> {
    const outcome = new Promise((resolve, reject) => {
      if (!this.#link) {
        const state = this.#closed ? 'The store is closed' : 'The thread of the database is being restarted';
        reject(new StoreError('unavailable', state));
        return;
      }
      const id = this.#nextId;
      this.#nextId += 1;
      this.#waiting.set(id, { resolve, reject });
      this.#calls.push({ id, method, args });
      if (this.#calls.length === 1) queueMicrotask(() => this.#post());
    });
    // the engine's class implements EngineApi, so the outcome of a method has its type
    return outcome as ReturnType<EngineApi[Method]>;
  }

  /** What a replacement of the thread opens the database with. */
  useKey(key: Uint8Array): void {
    this.#options = { ...this.#options, key, previousKeys: [] };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const link = this.#link;
    this.#link = undefined;
    this.#rejectAll(new StoreError('unavailable', 'The store is closed'));
    await link?.end();
  }

  #post(): void {
    const calls = this.#calls;
    this.#calls = [];
    if (calls.length > 0) this.#link?.post({ kind: 'calls', calls });
  }

  #start(resume: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const link = this.#connect();
      let opened = false;
      const refuse = (error: StoreError) => {
        void link.end();
        reject(error);
      };
      const receive = (reply: Reply) => {
        if (reply.kind === 'outcomes') {
          for (const outcome of reply.outcomes) this.#settle(outcome);
        } else if (reply.kind === 'refused') {
          refuse(fromFailure(reply.error));
        } else if (this.#closed) {
          refuse(new StoreError('unavailable', 'The store is closed'));
        } else {
          opened = true;
          this.#link = link;
          resolve();
        }
      };
      link.listen(receive, (reason) => {
        const error = new StoreError('unavailable', `The thread of the database died: ${reason}`);
        if (opened) this.#lose(link, error);
        else reject(error);
      });
      link.post({ kind: 'open', options: this.#options, resume });
    });
  }

  #settle(outcome: Outcome): void {
    const waiting = this.#waiting.get(outcome.id);
    this.#waiting.delete(outcome.id);
    if (outcome.ok) waiting?.resolve(outcome.value);
    else waiting?.reject(fromFailure(outcome.error));
  }

  #lose(link: Link, error: StoreError): void {
    if (this.#closed || link !== this.#link) return;
    this.#link = undefined;
    this.#calls = [];
    this.#rejectAll(error);
    this.#events.down(error);
    this.#restartLater(this.#pauses.retryFirstMs);
  }

  #restartLater(pause: number): void {
    this.#retry = setTimeout(() => {
      this.#start(true).then(
        () => this.#events.up(),
        (error: StoreError) => {
          if (this.#closed) return;
          this.#events.down(error);
          this.#restartLater(Math.min(pause * 2, this.#pauses.retryMaxMs));
        },
      );
    }, pause);
  }

  #rejectAll(error: StoreError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
