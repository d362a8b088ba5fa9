import type { IrcOperations } from '../stubs/irc-server.js';
import type { Crowd, XmppOperations } from '../stubs/xmpp-server.js';
import { roomAddress, SERVER_DOMAIN, type Subject } from '../subjects/subject.js';
import { StubProcess } from './channel.js';
import { pause } from './clock.js';
import { GatewayHost } from './gateway-host.js';
import { cpuSeconds } from './process-stats.js';
import type { Sent } from './sender.js';
import type { Tallied } from './tally.js';

// The usual plain port: the gateways are measured with their defaults, so nothing tells them another.
const IRC_PORT = 6667;
const START_MS = 30_000;
const CALL_MS = 10_000;
const POLL_MS = 250;
const QUIET_POLLS = 3;

/** What a rig is built from. */
export interface RigOptions {
  readonly subject: Subject;
  /** Folder in which the gateway's data folder is made. */
  readonly workFolder: string;
  /** Loopback address of the stub IRC server. */
  readonly ircHost: string;
  readonly archive: boolean;
  /** Longest wait for any one step of a measurement. */
  readonly stepMs: number;
}

/** A gateway that runs between the two stubs, and what is asked of the three. */
export class Rig {
  readonly xmpp: StubProcess<XmppOperations>;
  readonly irc: StubProcess<IrcOperations>;
  readonly stepMs: number;
  readonly #gateway: GatewayHost;
  readonly #ircHost: string;
  #xmppPort = 0;
  #archived: () => number = () => 0;

  private constructor(options: RigOptions) {
    this.stepMs = options.stepMs;
    this.#ircHost = options.ircHost;
    this.#gateway = new GatewayHost(options.workFolder, options.stepMs);
    this.xmpp = new StubProcess(new URL('../stubs/xmpp-server.js', import.meta.url));
    this.irc = new StubProcess(new URL('../stubs/irc-server.js', import.meta.url));
  }

  /** Runs a measurement with a fresh gateway and fresh stubs, and ends all three whatever happens. */
  static async with<T>(options: RigOptions, measure: (rig: Rig) => Promise<T>): Promise<T> {
    const rig = new Rig(options);
    try {
      await rig.#listen(options);
      rig.#launch(options);
      await rig.#gateway.during(rig.xmpp.call('connected', undefined, START_MS));
      return await rig.#gateway.during(measure(rig));
    } catch (error) {
      throw new Error(await rig.#explain(error));
    } finally {
      await rig.#stop();
    }
  }

  /** CPU seconds that the gateway has used so far. */
  cpu(): number {
    return this.#gateway.cpu();
  }

  /** Resident memory of the gateway in KiB. */
  memory(): number {
    return this.#gateway.memory();
  }

  /** CPU seconds of the busier stub so far. */
  stubCpu(): { readonly xmpp: number; readonly irc: number } {
    return { xmpp: cpuSeconds(this.xmpp.pid), irc: cpuSeconds(this.irc.pid) };
  }

  /** Bare JID of a channel as the gateway addresses it. */
  room(channel: string): string {
    return roomAddress(channel, this.#ircHost);
  }

  /** Joins users to channels and waits for all. */
  join(first: number, count: number, channels: readonly string[], window: number): Promise<Sent & Tallied> {
    return this.xmpp.call('join', this.#crowd(first, count, channels, window), this.stepMs);
  }

  /** Makes users leave channels and waits for all. */
  leave(first: number, count: number, channels: readonly string[], window: number): Promise<Sent & Tallied> {
    return this.xmpp.call('leave', this.#crowd(first, count, channels, window), this.stepMs);
  }

  /** Clears the counters of both stubs. */
  async reset(latency: boolean): Promise<void> {
    await this.xmpp.call('reset', { latency }, CALL_MS);
    await this.irc.call('reset', { latency }, CALL_MS);
  }

  /** Waits until the gateway uses next to no CPU, so that work it has put off is counted too. */
  settle(): Promise<void> {
    return this.#gateway.settle();
  }

  /** Waits until the archive holds `count` lines or grows no more; gives the number it holds. */
  async archived(count: number): Promise<number> {
    let lines = this.#archived();
    for (let unchanged = 0; lines < count && unchanged < QUIET_POLLS; ) {
      await pause(POLL_MS);
      const now = this.#archived();
      unchanged = now === lines ? unchanged + 1 : 0;
      lines = now;
    }
    return lines;
  }

  #crowd(first: number, count: number, channels: readonly string[], window: number): Crowd {
    return { first, count, rooms: channels.map((channel) => this.room(channel)), window };
  }

  async #listen(options: RigOptions): Promise<void> {
    this.#xmppPort = await this.xmpp.call('listen', { domain: SERVER_DOMAIN }, CALL_MS);
    await this.irc.call('listen', { host: options.ircHost, port: IRC_PORT }, CALL_MS);
  }

  #launch(options: RigOptions): void {
    const { process, archived } = options.subject.start({
      dataFolder: this.#gateway.folder,
      xmppPort: this.#xmppPort,
      ircHost: options.ircHost,
      ircPort: IRC_PORT,
      archive: options.archive,
    });
    this.#archived = archived;
    this.#gateway.started(process);
  }

  async #explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const seen = await this.xmpp.call('counters', undefined, CALL_MS).catch(() => 'nothing to be had');
    return `${message}; the XMPP server had seen ${JSON.stringify(seen)}; the gateway said: ${this.#gateway.output()}`;
  }

  async #stop(): Promise<void> {
    await this.#gateway.close();
    this.xmpp.stop();
    this.irc.stop();
  }
}
