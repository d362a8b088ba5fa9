import type { GatewayEnvironment, Log } from '../../../src/gateway/gateway.js';
import type { IrcAddressCodec } from '../address.js';
import { Network } from '../network/network.js';
import type { IrcOptions } from '../options.js';
import type { DialPolicy } from '../wire/dial.js';
import { emptyFrame, type Frame } from '../wire/line.js';
import type { Wire, WirePool } from '../wire/wire.js';

/** Bytes read from a socket at once. */
const readBufferBytes = 64 * 1024;
/** Beat of the one clock: flood control, time-outs and keep-alive of all connections. */
const tickMs = 500;
/** Beats between two cleanings of what only joins in a row share. */
const ticksPerCleaning = 60;

/** Whoever wants the clock's beat. */
export interface Ticking {
  tick(now: number): void;
  /** Ends in order; resolves when it has. */
  close(reason: string): Promise<void>;
}

/** What all connections of one gateway share: options, networks, one clock, one read buffer, one flush a turn. */
export class IrcContext implements WirePool {
  readonly options: IrcOptions;
  readonly codec: IrcAddressCodec;
  readonly log: Log;
  readonly software: GatewayEnvironment['software'];
  readonly dialPolicy: DialPolicy;
  readonly readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);
  /** The line being looked at; lines are handled one at a time. */
  readonly frame: Frame = emptyFrame();
  readonly #networks = new Map<string, Network>();
  readonly #ticking = new Set<Ticking>();
  #timer: NodeJS.Timeout | undefined;
  #now = steadyNow();
  #ticks = 0;
  #dirty: Wire[] = [];
  #flushScheduled = false;
  readonly #flushAll = (): void => {
    this.#flushScheduled = false;
    const wires = this.#dirty;
    this.#dirty = [];
    for (const wire of wires) wire.flush();
  };

  constructor(options: IrcOptions, codec: IrcAddressCodec, environment: GatewayEnvironment) {
    this.options = options;
    this.codec = codec;
    this.log = environment.log;
    this.software = environment.software;
    this.dialPolicy = {
      ports: options.allowedPorts,
      proxy: options.proxy,
      timeoutMs: options.timeouts.dialMs,
      maxAddresses: options.addressesTried,
    };
  }

  /** Milliseconds as of the last beat, for time-outs; setting the clock changes nothing. */
  now(): number {
    return this.#now;
  }

  schedule(wire: Wire): void {
    this.#dirty.push(wire);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(this.#flushAll);
  }

  /** The network at this host, shared by all accounts; forgotten by `releaseNetwork` after its last user. */
  network(host: string): Network {
    let network = this.#networks.get(host);
    if (network === undefined) {
      const { rememberedLines } = this.options.limits;
      network = new Network(
        host,
        this.codec,
        { entries: rememberedLines, maxAgeMs: this.options.timeouts.rememberedMs },
        this.options.concurrentDials,
      );
      this.#networks.set(host, network);
    }
    return network;
  }

  releaseNetwork(network: Network): void {
    if (network.links === 0 && this.#networks.get(network.host) === network)
      this.#networks.delete(network.host);
  }

  addTicking(ticking: Ticking): void {
    this.#ticking.add(ticking);
    if (this.#timer !== undefined) return;
    this.#now = steadyNow();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  removeTicking(ticking: Ticking): void {
    this.#ticking.delete(ticking);
    if (this.#ticking.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#ticking].map((ticking) => ticking.close(this.options.quitMessage)));
  }

  #tick(): void {
    this.#now = steadyNow();
    if (++this.#ticks % ticksPerCleaning === 0)
      for (const network of this.#networks.values()) network.clean(this.#now);
    for (const ticking of this.#ticking) {
      try {
        ticking.tick(this.#now);
      } catch (error) {
        this.log.error({ err: error }, 'a connection failed at its clock');
      }
    }
  }
}

/** Milliseconds that no setting of the machine's clock changes: for time-outs, not for showing. */
function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
