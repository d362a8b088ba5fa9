import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../../../src/gateway/gateway.js';
import { backoffMs } from '../backoff.js';
import type { CarrierState } from '../carrier.js';
import { bindRefusalReason, isBindFailure, isBindRefusal, status } from './command-status.js';
import { dial } from './dial.js';
import { Link, type LinkUser, type NoAnswer } from './link.js';
import type { SmppOptions } from './options.js';

/** SMPP 3.4 §5.2.4. */
const interfaceVersion = 0x34;

/** What a connection is for. */
export type BindRole = 'transceiver' | 'transmitter' | 'receiver';

/** Who is told of a bind's life. */
export interface BindUser extends LinkUser {
  bound(role: BindRole, link: Link): void;
  state(role: BindRole, state: CarrierState): void;
}

class BindRefused extends Error {
  constructor(
    message: string,
    /** Whether it is the account that is refused, and not this bind. */
    readonly account: boolean,
  ) {
    super(message);
  }
}

/** Keeps one bind up, with growing pauses between attempts, until it is stopped. */
export class Bind {
  readonly #role: BindRole;
  readonly #options: SmppOptions;
  readonly #log: Log;
  readonly #user: BindUser;
  readonly #stopping = new AbortController();
  #link: Link | undefined;
  #bound = false;
  #running: Promise<void> = Promise.resolve();

  constructor(role: BindRole, options: SmppOptions, log: Log, user: BindUser) {
    this.#role = role;
    this.#options = options;
    this.#log = log;
    this.#user = user;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Unbinds, bounded, and makes no further attempt. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#bound) await this.#link?.unbind(this.#options.timeouts.stopMs);
    else this.#link?.end('stopped');
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { reconnect } = this.#options;
    let attempt = 0;
    while (!signal.aborted) {
      let delay = backoffMs(reconnect, attempt, Math.random());
      attempt++;
      try {
        const livedMs = await this.#live();
        if (livedMs >= reconnect.stableMs) attempt = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof BindRefused)
          delay = backoffMs({ ...reconnect, ...refusedPause(reconnect) }, 0, Math.random());
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn({ role: this.#role, reason, delay }, 'no SMPP bind');
        const refused = error instanceof BindRefused && error.account;
        this.#user.state(this.#role, { state: refused ? 'refused' : 'unreachable', reason });
      }
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection from dialling to its end; rejects when it does not come to a bind. */
  async #live(): Promise<number> {
    this.#user.state(this.#role, { state: 'connecting' });
    const socket = await dial(this.#options, this.#stopping.signal);
    const link = new Link(socket, this.#options, this.#log, this.#user);
    this.#link = link;
    try {
      await this.#login(link);
    } catch (error) {
      link.end('no bind');
      await link.closed;
      throw error;
    }
    const since = performance.now();
    this.#bound = true;
    this.#log.info({ role: this.#role }, 'SMPP bound');
    this.#user.bound(this.#role, link);
    this.#user.state(this.#role, { state: 'connected' });
    const reason = await link.closed;
    this.#bound = false;
    this.#log.info({ role: this.#role, reason }, 'the SMPP bind has ended');
    if (!this.#stopping.signal.aborted) this.#user.state(this.#role, { state: 'unreachable', reason });
    return performance.now() - since;
  }

  async #login(link: Link): Promise<void> {
    const { bindMs } = this.#options.timeouts;
    const lost = link.closed.then((reason) => Promise.reject(new Error(reason)));
    lost.catch(() => undefined);
    const answer = link.request(
      `bind_${this.#role}`,
      {
        system_id: this.#options.systemId,
        password: this.#options.password,
        system_type: this.#options.systemType,
        interface_version: interfaceVersion,
        addr_ton: this.#options.addressTon,
        addr_npi: this.#options.addressNpi,
        address_range: this.#options.addressRange,
      },
      bindMs,
    );
    const response = await answer.catch((error: NoAnswer) =>
      error.kind === 'timeout'
        ? Promise.reject(new Error(`no answer to the bind within ${bindMs} ms`))
        : lost,
    );
    const { command_status: code } = response;
    if (isBindRefusal(code)) throw new BindRefused(bindRefusalReason(code), true);
    if (isBindFailure(code)) throw new BindRefused(bindRefusalReason(code), false);
    if (code !== status.ok) throw new Error(bindRefusalReason(code));
  }
}

function refusedPause({ refusedMs }: SmppOptions['reconnect']): { initialMs: number; maxMs: number } {
  return { initialMs: refusedMs, maxMs: refusedMs };
}
