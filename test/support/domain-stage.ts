import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type RunningGateway, runGateway } from '../../src/compose.js';
import { parseConfig } from '../../src/config/load.js';
import type { NetworkModule } from '../../src/registry.js';
import { XmppClient } from '../client/xmpp-client.js';
import { startEjabberd } from '../servers/ejabberd.js';
import { createWorkspace } from '../servers/process.js';
import { startProsody } from '../servers/prosody.js';
import type { XmppServer, XmppServerOptions } from '../servers/xmpp-server.js';
import { faultLog } from './fault-log.js';
import { MemoryContactLists } from './memory-network/contacts.js';
import { MemoryGateway, type MemoryOptions } from './memory-network/gateway.js';
import { MemoryWorld } from './memory-network/world.js';
import { befriend, registration } from './service-talk.js';

/** What a scenario asks of its stage. */
export interface DomainStageOptions {
  /** Prosody unless said otherwise. */
  readonly xmpp?: XmppServer['kind'];
  /** Local users besides `alice` and `bob`. */
  readonly users?: readonly string[];
  /** Whether the server grants the gateway the privileges of XEP-0356. Default false. */
  readonly privileged?: boolean;
  /** Further options of the server. */
  readonly server?: XmppServerOptions;
  readonly network?: Omit<MemoryOptions, 'contacts'>;
  /** The network has contact lists, and tells availability (`presence`) or not (`steady`). Default: none. */
  readonly contacts?: 'presence' | 'steady';
  /** Further keys of the component's entry. */
  readonly component?: Readonly<Record<string, unknown>>;
  /** Further top-level keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const DOMAIN = 'memory.localhost';
const SECRET = 'stage-secret';
const KEY_BYTES = 32;
/** How often it is looked whether the gateway is online, in milliseconds, and how often at most. */
const LOOK_MS = 20;
const LOOKS = 1_000;

/**
 * The whole gateway in this process, as it runs in production but over the memory network, attached to a real XMPP
 * server with real clients. For scenarios only: its store's thread runs the module that their set-up has built.
 */
export class DomainStage {
  /** The component domain. */
  readonly domain = DOMAIN;
  /** What was logged as a fault. */
  readonly faults: string[] = [];
  readonly world = new MemoryWorld();
  readonly #lists: MemoryContactLists | undefined;
  #network: MemoryGateway | undefined;
  #gateway: RunningGateway | undefined;
  readonly #folder = createWorkspace('domain').path;
  readonly #key = randomBytes(KEY_BYTES).toString('base64');

  private constructor(
    readonly server: XmppServer,
    private readonly options: DomainStageOptions,
  ) {
    const { contacts } = options;
    this.#lists = contacts && new MemoryContactLists(this.world, contacts === 'presence');
  }

  /** Starts everything. Call {@link stop} at the end: the gateway is not a process of its own. */
  static async start(options: DomainStageOptions = {}): Promise<DomainStage> {
    const names = ['alice', 'bob', ...(options.users ?? [])];
    const startServer = options.xmpp === 'ejabberd' ? startEjabberd : startProsody;
    const server = await startServer({
      components: [{ domain: DOMAIN, secret: SECRET }],
      users: names.map((name) => ({ name, password: name })),
      ...(options.privileged && { privilegesFor: [DOMAIN] }),
      ...options.server,
    });
    const stage = new DomainStage(server, options);
    await stage.startGateway();
    return stage;
  }

  /** The network as it is since the last start of the gateway; its world outlives that. */
  get network(): MemoryGateway {
    if (!this.#network) throw new Error('the gateway does not run');
    return this.#network;
  }

  /** The network's contact lists, which outlive the gateway. */
  get lists(): MemoryContactLists {
    if (!this.#lists) throw new Error('the network has no contact lists');
    return this.#lists;
  }

  /** Starts the gateway, on the data of its last run. Resolves when it is online. */
  async startGateway(): Promise<void> {
    const memory: NetworkModule = {
      id: 'memory',
      optionsSchema: z.strictObject({}),
      create: () => {
        this.#network = new MemoryGateway(this.world, {
          ...this.options.network,
          ...(this.#lists && { contacts: this.#lists }),
        });
        return this.#network;
      },
    };
    const networks = { memory };
    const config = parseConfig(stringify(this.#configuration()), `${this.#folder}/isthmus.yaml`, {
      environment: { ISTHMUS_KEY: this.#key },
      networks,
    });
    const gateway = await runGateway(config, {
      log: faultLog(this.faults),
      networks,
      storeWorker: new URL('../../dist/src/store/worker.js', import.meta.url),
    });
    this.#gateway = gateway;
    for (let look = 0; gateway.status()[DOMAIN] !== 'online'; look += 1) {
      if (look === LOOKS) throw new Error(`the gateway is ${gateway.status()[DOMAIN]}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Stops the gateway in an orderly way; {@link startGateway} brings it back. */
  async stopGateway(): Promise<void> {
    await this.#gateway?.stop();
    this.#gateway = undefined;
  }

  /** Stops everything. */
  async stop(): Promise<void> {
    await this.stopGateway();
    await this.server.stop();
  }

  /** JID of a person of the network, whose name needs no escaping. */
  contact(name: string): string {
    return `${name.toLowerCase()}@${DOMAIN}`;
  }

  /** Logs in a local user; the password is the name. */
  user(
    name: string,
    resource = 'phone',
    login: { lang?: string; presence?: boolean } = {},
  ): Promise<XmppClient> {
    return XmppClient.connect({ server: this.server, name, password: name, resource, ...login });
  }

  /** Registers a user under his own name on the network; he and the gateway see each other. */
  async register(user: XmppClient, handle = user.jid.replace(/@.*/, '')): Promise<void> {
    const fields = `<nick>${handle}</nick><password>secret</password>`;
    const answer = await user.iq('set', DOMAIN, registration(fields));
    if (answer.attrs.type !== 'result') throw new Error(`not registered: ${answer.toString()}`);
    await befriend(user, DOMAIN);
  }

  #configuration(): object {
    const { server, options } = this;
    return {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
      components: [{ domain: DOMAIN, network: 'memory', secret: SECRET, ...options.component }],
      ...options.config,
    };
  }
}
