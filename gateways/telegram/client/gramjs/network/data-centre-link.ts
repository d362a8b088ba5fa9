import type { Api } from 'telegram';
import { TgError } from '../../client.js';
import type { TgNetwork } from '../../options.js';
import type { Turn } from '../../turns.js';
import { backoffMs } from './backoff.js';
import { dial } from './dial.js';
import { agreeOnKey } from './key-agreement.js';
import { MessageClock } from './message-clock.js';
import { MessageKey } from './message-key.js';
import { MtprotoConnection } from './mtproto-connection.js';
import type { PacketStream } from './packet-stream.js';
import type { Routes } from './routes.js';
import { Disconnected } from './rpc-failure.js';

/** The library writes them with a length of three bytes, and the server takes no more. */
const MOST_REQUEST_BYTES = 1_000_000;
/** A key that the server does not know (core.telegram.org/mtproto/mtproto-transports#transport-errors). */
const KEY_NOT_KNOWN = 404;
/** After that, a connection that breaks is no failure to connect. */
const STABLE_MS = 10_000;

/** What a link needs besides. */
export interface LinkServices {
  readonly network: Pick<TgNetwork, 'resolve' | 'limits'>;
  /** Where to queue before connecting; undefined: nobody waits for others. */
  readonly turns?: TgNetwork['turns'] | undefined;
  readonly routes: Routes;
  readonly keys: {
    get(centre: number): Buffer | undefined;
    set(centre: number, key: Buffer): void;
    forget(centre: number): void;
  };
  /** What has to be said first on each connection (core.telegram.org/api/invoking#saving-client-info). */
  greet(connection: MtprotoConnection): Promise<void>;
}

/** What a link tells. */
export interface LinkEvents {
  connected(): void;
  /** The connection has broken, or could not be made; the next try follows by itself. */
  away(reason: string): void;
  updates(updates: Api.TypeUpdates): void;
  /** Updates may have been lost. */
  missed(): void;
  /** The server does not know our key. True: another one is to be made. */
  keyNotKnown(): boolean;
}

/**
 * The connection to one data centre, made again whenever it breaks. Requests wait for it a while; those that were on
 * their way when it broke are rejected, and who made them knows whether they may be repeated.
 */
export class DataCentreLink {
  #connection: MtprotoConnection | undefined;
  #stream: PacketStream | undefined;
  #running: Promise<void> | undefined;
  #wanted = false;
  /** Tries that failed, or connections that did not last: for the pause before the next one. */
  #failures = 0;
  /** Tries since the last connection: for the way of the next one. */
  #tries = 0;
  #wake: (() => void) | undefined;
  #turn: Turn | undefined;
  readonly #waiting = new Set<() => void>();
  readonly #clock = new MessageClock();
  #salt = 0n;
  /** Requests under way. */
  #busy = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @param idleMs after so long without a request the connection is closed until the next one; undefined: never */
  constructor(
    readonly centre: number,
    private readonly services: LinkServices,
    private readonly events: LinkEvents,
    private readonly idleMs?: number,
  ) {}

  /** Connects and stays connected. */
  open(): void {
    this.#wanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#wanted) this.open();
    });
  }

  /** Tries again at once instead of waiting for the next try. */
  hurry(): void {
    this.#wake?.();
  }

  async close(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#idle);
    this.#wake?.();
    this.#turn?.leave();
    this.#stream?.close();
    for (const release of [...this.#waiting]) release();
    await this.#running;
  }

  /** Rejects with RpcFailure where the server has refused, with TgError `unreachable` otherwise. */
  async invoke(request: Api.AnyRequest, timeoutMs: number): Promise<unknown> {
    if (request.getBytes().length > MOST_REQUEST_BYTES) throw new TgError('refused', 'REQUEST_TOO_LARGE');
    this.#busy += 1;
    clearTimeout(this.#idle);
    try {
      const connection = this.#connection ?? (await this.#connected());
      return await this.#answer(connection, request, timeoutMs);
    } catch (error) {
      if (error instanceof Disconnected) throw new TgError('unreachable', 'DISCONNECTED', 0, error.sent);
      throw error;
    } finally {
      this.#busy -= 1;
      this.#rest();
    }
  }

  #rest(): void {
    if (this.idleMs === undefined || this.#busy > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close(), this.idleMs).unref();
  }

  /** The connection, once there is one. */
  #connected(): Promise<MtprotoConnection> {
    this.open();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        if (this.#connection) resolve(this.#connection);
        else reject(new TgError('unreachable', 'NOT_CONNECTED'));
      };
      const timer = setTimeout(settle, this.services.network.limits.patienceMs).unref();
      this.#waiting.add(settle);
    });
  }

  async #answer(connection: MtprotoConnection, request: Api.AnyRequest, timeoutMs: number): Promise<unknown> {
    const before = connection.received;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        // Not a word since: the connection is dead, whatever the kernel says.
        if (connection.received === before) connection.close();
        reject(new TgError('unreachable', 'NO_ANSWER', 0, true));
      }, timeoutMs);
    });
    try {
      return await Promise.race([connection.invoke(request), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { retryFirstMs, retryLastMs } = this.services.network.limits;
    while (this.#wanted) {
      const began = Date.now();
      this.#turn = this.services.turns?.take();
      try {
        await this.#turn?.come;
        if (this.#wanted) await this.#live();
        this.#failures = Date.now() - began > STABLE_MS ? 0 : this.#failures + 1;
        if (this.#wanted) this.events.away('the connection broke');
      } catch (error) {
        this.#failures += 1;
        if (this.#wanted) this.events.away(error instanceof Error ? error.message : String(error));
      }
      this.#turn?.leave();
      if (this.#wanted) await this.#pause(backoffMs(this.#failures - 1, retryFirstMs, retryLastMs));
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }

  /** One connection, from its beginning to its end. Rejects when it could not be made. */
  async #live(): Promise<void> {
    const { network, routes, keys } = this.services;
    const { connectMs, pingMs } = network.limits;
    const route = routes.next(this.centre, this.#tries);
    this.#tries += 1;
    if (!route) throw new Error(`no data centre ${this.centre}`);
    const stream = await dial(route.target, route.way, {
      resolve: (host) => network.resolve(host),
      timeoutMs: connectMs,
      now: () => Date.now() + this.#clock.aheadMs,
    });
    this.#stream = stream;
    let timer: NodeJS.Timeout | undefined = setTimeout(() => stream.close(), connectMs);
    try {
      if (!this.#wanted) return;
      const key = keys.get(this.centre) ?? (await this.#agree(stream));
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const connection = new MtprotoConnection(stream, new MessageKey(key), this.#clock, this.#salt, {
        updates: (updates) => this.events.updates(updates),
        missed: () => this.events.missed(),
        transportError: (code) => this.#transportError(code),
        ended: end,
      });
      await this.services.greet(connection);
      clearTimeout(timer);
      this.#turn?.leave();
      route.worked();
      this.#tries = 0;
      this.#connection = connection;
      this.events.connected();
      for (const release of [...this.#waiting]) release();
      this.#rest();
      timer = this.#keepAlive(connection, pingMs);
      await ended;
      this.#salt = connection.salt;
    } finally {
      clearTimeout(timer);
      this.#connection = undefined;
      this.#stream = undefined;
      stream.close();
    }
  }

  async #agree(stream: PacketStream): Promise<Buffer> {
    const { key, aheadMs } = await agreeOnKey(stream);
    this.#clock.aheadMs = aheadMs;
    this.services.keys.set(this.centre, key);
    return key;
  }

  #transportError(code: number): void {
    if (code === KEY_NOT_KNOWN && this.events.keyNotKnown()) this.services.keys.forget(this.centre);
  }

  /** The only timer of a connection at rest. */
  #keepAlive(connection: MtprotoConnection, pingMs: number): NodeJS.Timeout {
    let before = -1;
    const timer = setTimeout(() => {
      if (connection.received === before) {
        connection.close();
        return;
      }
      before = connection.received;
      connection.ping(Math.ceil((pingMs * 2.5) / 1_000));
      timer.refresh();
    }, pingMs);
    return timer.unref();
  }
}
