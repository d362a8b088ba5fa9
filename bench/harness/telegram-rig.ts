import type { CorrespondentOperations } from '../stubs/correspondents.js';
import type { Accounts, TelegramOperations } from '../stubs/telegram-world.js';
import { databaseOf } from '../subjects/isthmus.js';
import { runTelegramGateway, type TelegramSetting } from '../subjects/isthmus-telegram.js';
import { SERVER_DOMAIN } from '../subjects/subject.js';
import { StubProcess } from './channel.js';
import { monotonicMicros } from './clock.js';
import { GatewayHost } from './gateway-host.js';
import { cpuSeconds } from './process-stats.js';
import type { Sent } from './sender.js';
import { writeAccounts } from './telegram-accounts.js';

const START_MS = 60_000;
const CALL_MS = 10_000;
/** Accounts made at a time: hundreds of thousands of messages take long. */
const ADDED_AT_ONCE = 50;

/** What a rig is built from. */
export interface TelegramRigOptions {
  /** Folder in which the gateway's data folder is made. */
  readonly workFolder: string;
  /** Longest wait for any one step of a measurement. */
  readonly stepMs: number;
  /** Whether accounts may ask as fast as they can. */
  readonly unlimited: boolean;
}

/** Isthmus between a stub XMPP server and the Telegram test server, stopped and started again as it is needed. */
export class TelegramRig {
  readonly users: StubProcess<CorrespondentOperations>;
  readonly telegram: StubProcess<TelegramOperations>;
  readonly stepMs: number;
  readonly #gateway: GatewayHost;
  readonly #unlimited: boolean;
  #setting: TelegramSetting | undefined;
  #starts = 0;
  #accounts = 0;

  private constructor({ workFolder, stepMs, unlimited }: TelegramRigOptions) {
    this.stepMs = stepMs;
    this.#unlimited = unlimited;
    this.#gateway = new GatewayHost(workFolder, stepMs);
    this.users = new StubProcess(new URL('../stubs/telegram-users.js', import.meta.url));
    this.telegram = new StubProcess(new URL('../stubs/telegram-world.js', import.meta.url));
  }

  /** Runs a measurement with fresh stubs and a gateway that has no users yet; ends all three whatever happens. */
  static async with<T>(options: TelegramRigOptions, measure: (rig: TelegramRig) => Promise<T>): Promise<T> {
    const rig = new TelegramRig(options);
    try {
      await rig.#listen();
      await rig.start();
      return await measure(rig);
    } catch (error) {
      throw new Error(await rig.#explain(error));
    } finally {
      await rig.#gateway.close();
      for (const stub of [rig.users, rig.telegram]) stub.stop();
    }
  }

  /** Starts the gateway on its data folder; resolves when it is connected to its server. */
  async start(): Promise<Sent> {
    if (this.#setting === undefined) throw new Error('the stubs do not listen');
    const startedAt = monotonicMicros();
    this.#gateway.started(runTelegramGateway(this.#setting));
    this.#starts += 1;
    await this.during(this.users.call('connected', { times: this.#starts }, START_MS));
    return { startedAt };
  }

  /** Ends the gateway, in order or as a crash does. */
  end(how: 'stop' | 'kill'): Promise<void> {
    return this.#gateway.end(how);
  }

  /** Gives the gateway, which does not run, users who are logged in. */
  async add({ accounts, ...facts }: Accounts): Promise<void> {
    for (let left = accounts; left > 0; left -= ADDED_AT_ONCE) {
      const some = Math.min(left, ADDED_AT_ONCE);
      const added = await this.telegram.call('add', { ...facts, accounts: some }, this.stepMs);
      await writeAccounts(this.#gateway.folder, this.#accounts, added);
      this.#accounts += some;
    }
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
    return Math.max(cpuSeconds(this.users.pid), cpuSeconds(this.telegram.pid));
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
  async reset(): Promise<void> {
    await this.users.call('reset', { latency: false }, CALL_MS);
    await this.telegram.call('reset', undefined, CALL_MS);
  }

  async #listen(): Promise<void> {
    const { port, publicKey } = await this.telegram.call('listen', undefined, START_MS);
    this.#setting = {
      dataFolder: this.#gateway.folder,
      xmppPort: await this.users.call('listen', { domain: SERVER_DOMAIN }, CALL_MS),
      telegramPort: port,
      ...{ publicKey, unlimited: this.#unlimited },
    };
  }

  async #explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const nothing = (): string => 'nothing to be had';
    const seen = await this.users.call('counters', undefined, CALL_MS).catch(nothing);
    const telegram = await this.telegram.call('counters', undefined, CALL_MS).catch(nothing);
    return (
      `${message}; the XMPP server had seen ${JSON.stringify(seen)}, Telegram ${JSON.stringify(telegram)}; ` +
      `the gateway said: ${this.#gateway.output()}`
    );
  }
}
