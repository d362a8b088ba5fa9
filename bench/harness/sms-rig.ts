import type { CorrespondentOperations } from '../stubs/correspondents.js';
import type { CentreOperations } from '../stubs/smsc.js';
import { databaseOf } from '../subjects/isthmus.js';
import { runSmsGateway } from '../subjects/isthmus-sms.js';
import { SERVER_DOMAIN } from '../subjects/subject.js';
import { StubProcess } from './channel.js';
import { monotonicMicros } from './clock.js';
import { GatewayHost } from './gateway-host.js';
import { cpuSeconds } from './process-stats.js';
import type { Sent } from './sender.js';

const START_MS = 60_000;
const CALL_MS = 10_000;

/** What a rig is built from. */
export interface SmsRigOptions {
  /** Folder in which the gateway's data folder is made. */
  readonly workFolder: string;
  /** Longest wait for any one step of a measurement. */
  readonly stepMs: number;
}

/** Isthmus between a stub XMPP server and a stub SMSC, stopped and started again as measurements need it. */
export class SmsRig {
  readonly users: StubProcess<CorrespondentOperations>;
  readonly centre: StubProcess<CentreOperations>;
  readonly stepMs: number;
  readonly #gateway: GatewayHost;
  #xmppPort = 0;
  #smppPort = 0;
  #starts = 0;

  private constructor(options: SmsRigOptions) {
    this.stepMs = options.stepMs;
    this.#gateway = new GatewayHost(options.workFolder, options.stepMs);
    this.users = new StubProcess(new URL('../stubs/text-users.js', import.meta.url));
    this.centre = new StubProcess(new URL('../stubs/smsc.js', import.meta.url));
  }

  /** Runs a measurement with fresh stubs and a gateway that is connected to both; ends all three whatever happens. */
  static async with<T>(options: SmsRigOptions, measure: (rig: SmsRig) => Promise<T>): Promise<T> {
    const rig = new SmsRig(options);
    try {
      rig.#xmppPort = await rig.users.call('listen', { domain: SERVER_DOMAIN }, CALL_MS);
      rig.#smppPort = await rig.centre.call('listen', undefined, CALL_MS);
      await rig.start();
      return await measure(rig);
    } catch (error) {
      throw new Error(await rig.#explain(error));
    } finally {
      await rig.#gateway.close();
      rig.users.stop();
      rig.centre.stop();
    }
  }

  /** Starts the gateway on its data folder; resolves when it is connected to both stubs. */
  async start(): Promise<Sent> {
    const startedAt = monotonicMicros();
    this.#gateway.started(
      runSmsGateway({
        dataFolder: this.#gateway.folder,
        xmppPort: this.#xmppPort,
        smppPort: this.#smppPort,
      }),
    );
    this.#starts += 1;
    const times = this.#starts;
    await this.during(this.users.call('connected', { times }, START_MS));
    await this.during(this.centre.call('bound', { times }, START_MS));
    return { startedAt };
  }

  /** Ends the gateway, in order or as a crash does. */
  end(how: 'stop' | 'kill'): Promise<void> {
    return this.#gateway.end(how);
  }

  /** The outcome of `work`, unless the gateway ends by itself meanwhile. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#gateway.during(work);
  }

  /** The gateway's database; it may be written to while the gateway does not run. */
  get database(): string {
    return databaseOf(this.#gateway.folder);
  }

  /** CPU seconds that the gateway has used since its start. */
  cpu(): number {
    return this.#gateway.cpu();
  }

  /** CPU seconds of the busier stub so far. */
  stubCpu(): number {
    return Math.max(cpuSeconds(this.users.pid), cpuSeconds(this.centre.pid));
  }

  /** Resident memory of the gateway in KiB. */
  memory(): number {
    return this.#gateway.memory();
  }

  /** Waits until the gateway uses next to no CPU. */
  settle(): Promise<void> {
    return this.#gateway.settle();
  }

  /** Clears the counters of both stubs. */
  async reset({ latency = false, reportAfterMs = 0 } = {}): Promise<void> {
    await this.users.call('reset', { latency }, CALL_MS);
    await this.centre.call('reset', { reportAfterMs }, CALL_MS);
  }

  async #explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const nothing = (): string => 'nothing to be had';
    const seen = await this.users.call('counters', undefined, CALL_MS).catch(nothing);
    const centre = await this.centre.call('counters', undefined, CALL_MS).catch(nothing);
    return (
      `${message}; the XMPP server had seen ${JSON.stringify(seen)}, the centre ${JSON.stringify(centre)}; ` +
      `the gateway said: ${this.#gateway.output()}`
    );
  }
}
