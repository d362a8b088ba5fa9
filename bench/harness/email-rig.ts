import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { CorrespondentOperations } from '../stubs/correspondents.js';
import type { WorldOperations, WorldPorts } from '../stubs/mail-world.js';
import type { MailboxOperations } from '../stubs/mailboxes.js';
import { databaseOf } from '../subjects/isthmus.js';
import { type EmailSetting, runEmailGateway } from '../subjects/isthmus-email.js';
import { SERVER_DOMAIN } from '../subjects/subject.js';
import { StubProcess } from './channel.js';
import { monotonicMicros, pause } from './clock.js';
import { GatewayHost } from './gateway-host.js';
import { cpuSeconds } from './process-stats.js';
import type { Sent } from './sender.js';

const START_MS = 60_000;
const CALL_MS = 10_000;
const MEET_AGAIN_MS = 100;

/** What a rig is built from. */
export interface EmailRigOptions {
  /** Folder in which the gateway's data folder is made. */
  readonly workFolder: string;
  /** Longest wait for any one step of a measurement. */
  readonly stepMs: number;
  /** What users have: an address of the gateway's domain, or a mailbox elsewhere. */
  readonly have: 'addresses' | 'mailboxes';
}

/** Isthmus between a stub XMPP server and stubs of all mail servers. */
export class EmailRig {
  readonly users: StubProcess<CorrespondentOperations>;
  readonly world: StubProcess<WorldOperations>;
  readonly mailboxes: StubProcess<MailboxOperations>;
  readonly stepMs: number;
  readonly #gateway: GatewayHost;
  readonly #have: EmailRigOptions['have'];
  #setting: EmailSetting | undefined;
  #ports: WorldPorts = { relay: 0, names: 0, files: 0 };
  #starts = 0;

  private constructor(options: EmailRigOptions) {
    const { stepMs, workFolder, have } = options;
    this.stepMs = stepMs;
    this.#have = have;
    this.#gateway = new GatewayHost(workFolder, stepMs);
    const writers = have === 'addresses' ? 'mail-users' : 'mailbox-users';
    this.users = new StubProcess(new URL(`../stubs/${writers}.js`, import.meta.url));
    this.world = new StubProcess(new URL('../stubs/mail-world.js', import.meta.url));
    this.mailboxes = new StubProcess(new URL('../stubs/mailboxes.js', import.meta.url));
  }

  /** Runs a measurement with fresh stubs and a gateway that is connected to them; ends all whatever happens. */
  static async with<T>(options: EmailRigOptions, measure: (rig: EmailRig) => Promise<T>): Promise<T> {
    const rig = new EmailRig(options);
    try {
      await rig.#listen();
      await rig.start();
      return await measure(rig);
    } catch (error) {
      throw new Error(await rig.#explain(error));
    } finally {
      await rig.#gateway.close();
      for (const stub of [rig.users, rig.world, rig.mailboxes]) stub.stop();
    }
  }

  /** Starts the gateway on its data folder; resolves when it is connected to its server, and takes mail where it does. */
  async start(): Promise<Sent> {
    if (this.#setting === undefined) throw new Error('the stubs do not listen');
    const startedAt = monotonicMicros();
    const { smtpPort } = this.#setting;
    this.#gateway.started(runEmailGateway(this.#setting));
    this.#starts += 1;
    await this.during(this.users.call('connected', { times: this.#starts }, START_MS));
    if (this.#have === 'addresses') await this.during(this.#met(smtpPort));
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

  /** Address of the file that the stub has. */
  get fileLink(): string {
    return `http://127.0.0.1:${this.#ports.files}/letter.bin`;
  }

  /** The gateway's database. */
  get database(): string {
    return databaseOf(this.#gateway.folder);
  }

  /** CPU seconds that the gateway has used since its start. */
  cpu(): number {
    return this.#gateway.cpu();
  }

  /** CPU seconds of the busiest stub so far. */
  stubCpu(): number {
    return Math.max(...[this.users, this.world, this.mailboxes].map(({ pid }) => cpuSeconds(pid)));
  }

  /** Resident memory of the gateway in KiB. */
  memory(): number {
    return this.#gateway.memory();
  }

  /** The most that `work` has resident at a time, in KiB, with its outcome. */
  peakDuring<T>(work: () => Promise<T>): Promise<{ readonly peak: number; readonly result: T }> {
    return this.#gateway.peakDuring(() => this.during(work()));
  }

  /** Waits until the gateway uses next to no CPU. */
  settle(): Promise<void> {
    return this.#gateway.settle();
  }

  /** Clears the counters of all stubs; `reportAfterMs`: mails of users are reported as delivered so long afterwards. */
  async reset(reports: { readonly reportAfterMs?: number } = {}): Promise<void> {
    await this.users.call('reset', { latency: false }, CALL_MS);
    await this.world.call('reset', reports, CALL_MS);
    await this.mailboxes.call('reset', undefined, CALL_MS);
  }

  async #listen(): Promise<void> {
    const keyFile = join(this.#gateway.folder, 'dkim.pem');
    openssl('genpkey', '-quiet', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', keyFile);
    this.#ports = await this.world.call('listen', undefined, CALL_MS);
    this.#setting = {
      dataFolder: this.#gateway.folder,
      xmppPort: await this.users.call('listen', { domain: SERVER_DOMAIN }, CALL_MS),
      relayPort: this.#ports.relay,
      namesPort: this.#ports.names,
      smtpPort: await freePort(),
      httpPort: await freePort(),
      keyFile,
      ...(this.#have === 'mailboxes' && { mailboxes: await this.#listenForMailboxes() }),
    };
  }

  async #listenForMailboxes(): Promise<{ readonly port: number; readonly caFile: string }> {
    const certificate = join(this.#gateway.folder, 'certificate.pem');
    const key = join(this.#gateway.folder, 'key.pem');
    const names = 'subjectAltName=IP:127.0.0.1';
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=mailboxes.bench', '-addext', names];
    openssl('req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate);
    return {
      port: await this.mailboxes.call('listen', { certificate, key }, CALL_MS),
      caFile: certificate,
    };
  }

  /** It listens for mail on its own time. */
  async #met(port: number): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (
      !(await this.world.call('meet', { port }, CALL_MS).then(
        () => true,
        () => false,
      ))
    ) {
      if (Date.now() > deadline) throw new Error('the gateway does not take mail');
      await pause(MEET_AGAIN_MS);
    }
  }

  async #explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const nothing = (): string => 'nothing to be had';
    const seen = await this.users.call('counters', undefined, CALL_MS).catch(nothing);
    const world = await this.world.call('counters', undefined, CALL_MS).catch(nothing);
    const mailboxes = await this.mailboxes.call('counters', undefined, CALL_MS).catch(nothing);
    return (
      `${message}; the XMPP server had seen ${JSON.stringify(seen)}, the mail servers ${JSON.stringify(world)}, ` +
      `the mailboxes ${JSON.stringify(mailboxes)}; the gateway said: ${this.#gateway.output()}`
    );
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
