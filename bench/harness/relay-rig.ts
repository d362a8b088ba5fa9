import type { IrcOperations } from '../stubs/irc-server.js';
import type { RoomServerOperations } from '../stubs/room-server.js';
import { databaseOf } from '../subjects/isthmus.js';
import { type RelayServers, runRelayGateway } from '../subjects/isthmus-relay.js';
import { ROOMS_DOMAIN, roomAddress, SERVER_DOMAIN } from '../subjects/subject.js';
import { StubProcess } from './channel.js';
import { monotonicMicros } from './clock.js';
import { GatewayHost } from './gateway-host.js';
import { cpuSeconds } from './process-stats.js';
import type { Sent } from './sender.js';

const IRC_PORT = 6667;
const IRC_HOST = '127.78.0.1';
const START_MS = 30_000;
const CALL_MS = 10_000;
/** Connections of the gateway to its server: relays, and IRC. */
const COMPONENTS = 2;

/** Relays that are there from the start. */
export interface RelaySetting {
  readonly relays: readonly { readonly name: string; readonly rooms: number; readonly channels: number }[];
  /** Options of the relays' domain besides. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a rig is built from. */
export interface RelayRigOptions {
  /** Folder in which the gateway's data folder is made. */
  readonly workFolder: string;
  /** Longest wait for any one step of a measurement. */
  readonly stepMs: number;
  readonly setting: RelaySetting;
}

/** Isthmus between stub rooms on XMPP and a stub IRC server; people are there before it is started. */
export class RelayRig {
  readonly rooms: StubProcess<RoomServerOperations>;
  readonly irc: StubProcess<IrcOperations>;
  readonly stepMs: number;
  readonly #gateway: GatewayHost;
  readonly #setting: RelaySetting;
  #servers: RelayServers | undefined;
  #starts = 0;

  private constructor({ workFolder, stepMs, setting }: RelayRigOptions) {
    this.stepMs = stepMs;
    this.#setting = setting;
    this.#gateway = new GatewayHost(workFolder, stepMs);
    this.rooms = new StubProcess(new URL('../stubs/room-server.js', import.meta.url));
    this.irc = new StubProcess(new URL('../stubs/irc-server.js', import.meta.url));
  }

  /** Runs a measurement with fresh stubs, which starts the gateway itself; ends all whatever happens. */
  static async with<T>(options: RelayRigOptions, measure: (rig: RelayRig) => Promise<T>): Promise<T> {
    const rig = new RelayRig(options);
    try {
      await rig.#listen();
      return await measure(rig);
    } catch (error) {
      throw new Error(await rig.#explain(error));
    } finally {
      await rig.#gateway.close();
      for (const stub of [rig.rooms, rig.irc]) stub.stop();
    }
  }

  /** Address of a room of a relay. */
  room(relay: string, number: number): string {
    return `${relay}${number}@${ROOMS_DOMAIN}`;
  }

  /** Name on IRC of a channel of a relay. */
  channel(relay: string, number: number): string {
    return `#${relay}${number}`;
  }

  /** Starts the gateway; resolves when it is in all rooms. */
  async start(): Promise<Sent> {
    if (this.#servers === undefined) throw new Error('the stubs do not listen');
    const { relays, options } = this.#setting;
    const startedAt = monotonicMicros();
    const legs = relays.map(({ name, rooms, channels }) => ({
      name,
      legs: [
        ...numbers(rooms).map((number) => this.room(name, number)),
        ...numbers(channels).map((number) => roomAddress(this.channel(name, number), IRC_HOST)),
      ],
    }));
    this.#gateway.started(runRelayGateway(this.#servers, { ...options, relays: legs }));
    this.#starts += 1;
    await this.during(this.rooms.call('connected', { times: this.#starts * COMPONENTS }, START_MS));
    const count = relays.reduce((sum, { rooms }) => sum + rooms, 0);
    await this.during(this.rooms.call('expectSeats', { count }, this.stepMs));
    return { startedAt };
  }

  /** Ends the gateway in order. */
  stop(): Promise<void> {
    return this.#gateway.end('stop');
  }

  /** The outcome of `work`, unless the gateway ends by itself meanwhile. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#gateway.during(work);
  }

  /** The gateway's database. */
  get database(): string {
    return databaseOf(this.#gateway.folder);
  }

  /** CPU seconds that the gateway has used since its start. */
  cpu(): number {
    return this.#gateway.cpu();
  }

  /** CPU seconds of the busier stub so far. */
  stubCpu(): number {
    return Math.max(cpuSeconds(this.rooms.pid), cpuSeconds(this.irc.pid));
  }

  /** Resident memory of the gateway in KiB. */
  memory(): number {
    return this.#gateway.memory();
  }

  /** Waits until the gateway uses next to no CPU. */
  settle(): Promise<void> {
    return this.#gateway.settle();
  }

  async #listen(): Promise<void> {
    const xmppPort = await this.rooms.call('listen', { domain: SERVER_DOMAIN }, CALL_MS);
    await this.irc.call('listen', { host: IRC_HOST, port: IRC_PORT }, CALL_MS);
    this.#servers = { dataFolder: this.#gateway.folder, xmppPort, ircHost: IRC_HOST, ircPort: IRC_PORT };
  }

  async #explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const seen = await this.rooms.call('counters', undefined, CALL_MS).catch(() => 'nothing to be had');
    return `${message}; the rooms had seen ${JSON.stringify(seen)}; the gateway said: ${this.#gateway.output()}`;
  }
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
