import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IrcOperations } from '../stubs/irc-server.js';
import type { Crowd, XmppOperations } from '../stubs/xmpp-server.js';
import { OUTPUT_FILE } from '../subjects/daemon.js';
import { type Running, roomAddress, SERVER_DOMAIN, type Subject } from '../subjects/subject.js';
import { StubProcess } from './channel.js';
import { pause } from './clock.js';
import { cpuSeconds, residentKib } from './process-stats.js';
import type { Sent } from './sender.js';
import type { Tallied } from './tally.js';

// The usual plain port: the gateways are measured with their defaults, so nothing tells them another.
const IRC_PORT = 6667;
const START_MS = 30_000;
const CALL_MS = 10_000;
const POLL_MS = 250;
const BUSY_SHARE = 0.05;
const QUIET_POLLS = 3;
const OUTPUT_TAIL = 1_500;

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
  readonly #folder: string;
  readonly #ircHost: string;
  #xmppPort = 0;
  #gateway: Running | undefined;

  private constructor(options: RigOptions) {
    this.stepMs = options.stepMs;
    this.#ircHost = options.ircHost;
    this.#folder = mkdtempSync(join(options.workFolder, 'isthmus-bench-'));
    process.once('exit', this.#removeFolder);
    this.xmpp = new StubProcess(new URL('../stubs/xmpp-server.js', import.meta.url));
    this.irc = new StubProcess(new URL('../stubs/irc-server.js', import.meta.url));
  }

  /** Runs a measurement with a fresh gateway and fresh stubs, and ends all three whatever happens. */
  static async with<T>(options: RigOptions, measure: (rig: Rig) => Promise<T>): Promise<T> {
    const rig = new Rig(options);
    try {
      await rig.#listen(options);
      const gateway = rig.#launch(options);
      const ended = gateway.exited.then((): never => {
        throw new Error('the gateway ended by itself');
      });
      await Promise.race([rig.xmpp.call('connected', undefined, START_MS), ended]);
      return await Promise.race([measure(rig), ended]);
    } catch (error) {
      throw new Error(await rig.#explain(error));
    } finally {
      await rig.#stop();
    }
  }

  /** Processes whose CPU and memory are measured. */
  get gateway(): Running {
    if (this.#gateway === undefined) throw new Error('the gateway does not run');
    return this.#gateway;
  }

  /** CPU seconds that the gateway has used so far. */
  cpu(): number {
    return cpuSeconds(this.gateway.pid);
  }

  /** Resident memory of the gateway in KiB. */
  memory(): number {
    return residentKib(this.gateway.pid);
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
  async settle(): Promise<void> {
    const deadline = Date.now() + this.stepMs;
    let quiet = 0;
    for (let before = this.cpu(); quiet < QUIET_POLLS && Date.now() < deadline; ) {
      await pause(POLL_MS);
      const now = this.cpu();
      quiet = now - before <= (BUSY_SHARE * POLL_MS) / 1_000 ? quiet + 1 : 0;
      before = now;
    }
  }

  /** Waits until the archive holds `count` lines or grows no more; gives the number it holds. */
  async archived(count: number): Promise<number> {
    let lines = this.gateway.archived();
    for (let unchanged = 0; lines < count && unchanged < QUIET_POLLS; ) {
      await pause(POLL_MS);
      const now = this.gateway.archived();
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

  #launch(options: RigOptions): Running {
    const gateway = options.subject.start({
      dataFolder: this.#folder,
      xmppPort: this.#xmppPort,
      ircHost: options.ircHost,
      ircPort: IRC_PORT,
      archive: options.archive,
    });
    this.#gateway = gateway;
    return gateway;
  }

  async #explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const seen = await this.xmpp.call('counters', undefined, CALL_MS).catch(() => 'nothing to be had');
    const log = join(this.#folder, OUTPUT_FILE);
    const output = existsSync(log) ? readFileSync(log, 'utf8').slice(-OUTPUT_TAIL) : '';
    return `${message}; the XMPP server had seen ${JSON.stringify(seen)}; the gateway said: ${output}`;
  }

  readonly #removeFolder = (): void => {
    rmSync(this.#folder, { recursive: true, force: true });
  };

  async #stop(): Promise<void> {
    await this.#gateway?.stop();
    this.xmpp.stop();
    this.irc.stop();
    this.#removeFolder();
    process.off('exit', this.#removeFolder);
  }
}
