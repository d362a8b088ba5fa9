import { join } from 'node:path';
import { programVersion } from './cli/version.js';
import type { ComponentConfig, Config } from './config/schema.js';
import { Accounts } from './core/account/accounts.js';
import { DomainState } from './core/account/domain-state.js';
import { NetworkHost } from './core/account/network-host.js';
import { admit } from './core/account/policy.js';
import { GatewayDomain } from './core/gateway-domain.js';
import { relayCommands } from './core/relay/commands.js';
import { HostedRooms } from './core/relay/hosted/hosted-rooms.js';
import { RelayHub } from './core/relay/hub.js';
import { RelayGateway } from './core/relay/relay-gateway.js';
import { StartUp } from './core/start-up.js';
import { loadCoreLocales } from './core/translation/core-locales.js';
import { FluentTranslator } from './core/translation/fluent-translator.js';
import { domainOptions } from './domain-options.js';
import type { Gateway, Log } from './gateway/gateway.js';
import { startHttp } from './http/server.js';
import { WebhookRegistry } from './http/webhook-registry.js';
import { MediaService, type MediaServiceOptions } from './media/media-service.js';
import { isPublicAddress, isPublicName } from './media/public-address.js';
import { collectWhenQuiet } from './quiet-collection.js';
import { type NetworkModule, networks } from './registry.js';
import { Retention, type RetentionDays } from './retention.js';
import { openStore } from './store/client.js';
import { loadKey } from './store/key.js';
import type { Store } from './store/store.js';
import type { XmlElement } from './xmpp/element.js';
import { IqRequests } from './xmpp/iq.js';
import type { Jid } from './xmpp/jid.js';
import { shortened } from './xmpp/shorten.js';
import { ComponentStream } from './xmpp/stream/component-stream.js';

/** How long a server or client may take to answer a question of ours. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What `isthmus run` gives to the gateway. */
export interface RunOptions {
  readonly log: Log;
  /** Networks by id. Default: those of the registry. */
  readonly networks?: Readonly<Record<string, NetworkModule>>;
  /** The compiled module of the store's thread. Default: that beside this file. */
  readonly storeWorker?: URL;
}

/** A gateway that runs. */
export interface RunningGateway {
  /** State of each component's connection by domain, such as `online`. */
  status(): Readonly<Record<string, string>>;
  /** Takes what can change without dropping a connection. */
  reload(config: Config): Promise<void>;
  /** Orderly: tells users and networks, flushes, closes. */
  stop(): Promise<void>;
}

/** One domain with its own connection. */
interface RunningDomain {
  readonly domain: string;
  status(): string;
  /** Keys of the accounts in memory. */
  accountsInUse(): readonly number[];
  reload(config: Config, component: ComponentConfig): void;
  stop(): Promise<void>;
}

/** Wires the parts together. Rejects when something that it cannot do without does not open. */
export async function runGateway(config: Config, options: RunOptions): Promise<RunningGateway> {
  const { log } = options;
  const key = await loadKey(config.data.key);
  const webhooks = new WebhookRegistry(config.http.enabled ? config.http.publicUrl : undefined);
  const domains: RunningDomain[] = [];
  const states = () => Object.fromEntries(domains.map((domain) => [domain.domain, domain.status()]));
  let relays: RelayHub | undefined;
  const media = await MediaService.open(mediaOptions(config, log));
  const http = await (config.http.enabled
    ? startHttp(
        config.http,
        { webhooks, files: media.files, states, relays: () => relays?.book.figures() },
        log,
      )
    : undefined
  )?.catch(async (error: unknown) => {
    await media.close();
    throw error;
  });
  const store = await openStore({
    database: config.data.database,
    key,
    domains: config.components.map(({ domain }) => domain),
    limits: config.data.engine,
    clientLimits: config.data.buffer,
    workerUrl: options.storeWorker ?? new URL('./store/worker.js', import.meta.url),
  }).catch(async (error: unknown) => {
    await http?.stop();
    await media.close();
    throw error;
  });
  store.onTrouble((trouble) => {
    if (trouble) log.error({ trouble }, 'the store has trouble; what it cannot write now waits');
    else log.info({}, 'the store works again');
  });
  const parts = { config, key, store, webhooks, media, log };
  const gateways = config.components.map((component) =>
    makeGateway(parts, component, options.networks ?? networks),
  );
  relays = makeRelays(parts, gateways);
  for (const made of gateways) domains.push(runDomain(parts, made, relays));
  const accountsInUse = () => domains.flatMap((domain) => domain.accountsInUse());
  const retention = new Retention(store, daysOf(config), accountsInUse, log);
  const stopCollecting = collectWhenQuiet();
  return {
    status: states,
    async reload(next) {
      retention.days = daysOf(next);
      for (const component of next.components) {
        domains.find(({ domain }) => domain === component.domain)?.reload(next, component);
      }
    },
    async stop() {
      retention.stop();
      stopCollecting();
      // First, so that what providers were told to be accepted is.
      await http?.stop();
      await media.close();
      await relays?.stop();
      await Promise.all(domains.map((domain) => domain.stop()));
      await store.close();
    },
  };
}

function daysOf({ archive, messages }: Config): RetentionDays {
  return { archive: archive.days, messages: messages.days };
}

/** What all domains share. */
interface Parts {
  readonly config: Config;
  readonly key: Buffer;
  readonly store: Store;
  readonly webhooks: WebhookRegistry;
  readonly media: MediaService;
  readonly log: Log;
}

/** The network of one domain, before anything is connected. */
interface MadeGateway {
  readonly component: ComponentConfig;
  readonly gateway: Gateway;
  readonly networkHost: NetworkHost;
}

function makeGateway(
  { config, store, webhooks, log }: Parts,
  component: ComponentConfig,
  known: Readonly<Record<string, NetworkModule>>,
): MadeGateway {
  const network = known[component.network];
  if (!network) throw new Error(`unknown network ${component.network}`);
  const networkHost = new NetworkHost();
  const gateway = network.create(component.options, {
    domain: component.domain,
    log,
    software: { name: 'Isthmus', version: programVersion() },
    host: networkHost,
    state: new DomainState(component.domain, store),
    webhooks: webhooks.forDomain(component.domain),
    temporaryFolder: join(config.data.folder, 'moving', component.domain),
    targets: { mayResolve: isPublicName, mayConnect: isPublicAddress },
  });
  return { component, gateway, networkHost };
}

/** Relays, where the operator has given them a domain; the first one. */
function makeRelays({ config, store, log }: Parts, gateways: readonly MadeGateway[]): RelayHub | undefined {
  for (const { component, gateway } of gateways) {
    if (!(gateway instanceof RelayGateway)) continue;
    return new RelayHub({
      ...{ domain: component.domain, options: gateway.options, state: gateway.environment.state },
      ...{ entries: store.relays, language: config.language, log, now: Date.now },
      software: gateway.environment.software,
      translator: new FluentTranslator([loadCoreLocales(), ...gateways.map((made) => made.gateway.locales)]),
    });
  }
  return undefined;
}

function runDomain(
  { config, key, store, webhooks, media, log }: Parts,
  { component, gateway, networkHost }: MadeGateway,
  relays: RelayHub | undefined,
): RunningDomain {
  const version = programVersion();
  const { host, port, domain: serverDomain, limits, queue, ack, times, reconnect } = config.xmpp;
  const stream = new ComponentStream({
    domain: component.domain,
    secret: component.secret,
    host,
    port,
    serverDomain,
    limits,
    queue,
    ack,
    times,
    backoff: reconnect,
    ...(relays && { ignores: (stanza) => relays.ignores(stanza) }),
  });
  const options = domainOptions(config, component, gateway, key, version);
  const ofRelays = gateway instanceof RelayGateway;
  const accounts = new Accounts(options, store, relays?.domain);
  const requests = new IqRequests((xml) => stream.send(xml), { timeoutMs: REQUEST_TIMEOUT_MS });
  // Relays tell what all networks say: why a leg is away, what an account cannot see, the stages of a login.
  const translator =
    (ofRelays && relays?.translator) || new FluentTranslator([loadCoreLocales(), gateway.locales]);
  const hosted =
    relays && gateway instanceof RelayGateway
      ? new HostedRooms({
          ...{ options, store, sink: stream, accounts, log, requests, translator },
          state: gateway.environment.state,
          mostOccupants: gateway.options.hosted.mostOccupants,
          receive: (stanza, from, to) => relays.receive(stanza, from, to),
          legsOf: (room) =>
            (relays.book.relayOf(room)?.legs ?? []).flatMap(({ id }) => (id === room ? [] : [id])),
          now: Date.now,
        })
      : undefined;
  const domain = new GatewayDomain({
    options,
    gateway,
    store,
    sink: stream,
    accounts,
    translator,
    log,
    requests,
    host: networkHost,
    media: media.forDomain(component.domain, requests),
    ...(relays && { erasing: (owner: string) => relays.erase(owner, component.domain) }),
    ...(relays && { foreign: (stanza: XmlElement, from: Jid, to: Jid) => relays.receive(stanza, from, to) }),
    ...(hosted && { hosted }),
    ...(ofRelays && relays && { commands: relayCommands(relays, options, translator) }),
  });
  relays?.attach({
    domain: component.domain,
    ...(hosted && { hosted }),
    ...(ofRelays
      ? {
          operators: () => options.admins,
          admits: (from: Jid) => admit(options, from) === 'allowed',
          closed: () => options.policy === 'closed',
        }
      : { port: domain.port }),
    send: (xml) => stream.send(xml),
    sendOnce: (xml) => stream.sendOnce(xml),
    request: (...request) => requests.request(...request),
  });
  let state = 'connecting';
  const becomeOnline = () => {
    state = 'online';
    log.info({ domain: component.domain }, 'online');
  };
  const startUp = new StartUp(
    domain,
    () => {
      webhooks.started(component.domain);
      if (ofRelays)
        relays?.start().catch((error: unknown) => log.error({ err: error }, 'relays could not be begun'));
      if (state === 'starting') becomeOnline();
    },
    config.data.buffer,
    log,
  );
  stream.on('stanza', (stanza) => domain.handle(stanza));
  stream.on('online', () => {
    if (startUp.ready) becomeOnline();
    else state = 'starting';
    startUp.online();
    relays?.reconnected();
  });
  stream.on('offline', ({ reason }) => {
    if (state === 'stopping') return;
    state = `offline: ${reason}`;
    log.warn({ domain: component.domain, reason }, 'the server is gone; connecting again');
  });
  stream.on('refused', ({ condition, reason }) => {
    state = `refused: ${condition}`;
    log.error({ domain: component.domain, condition, reason }, refusalAdvice(condition));
  });
  stream.on('retry', ({ delayMs, attempt, reason }) => {
    if (state === 'connecting') state = `unreachable: ${reason}`;
    log.warn(
      { domain: component.domain, delayMs: Math.round(delayMs), attempt, reason },
      'next attempt to connect',
    );
  });
  stream.on('undeliverable', ({ xml, reason, condition }) => {
    const tooLarge = reason === 'stanza-too-large' || condition === 'policy-violation';
    const instead = tooLarge ? shortened(xml) : undefined;
    if (instead !== undefined) {
      stream.send(instead);
      return;
    }
    log.error(
      { domain: component.domain, reason, condition },
      'a stanza could not be delivered to the server',
    );
  });
  stream.on('fault', (error) => log.error({ err: error }, 'a fault while handling the stream'));
  stream.start();
  return {
    domain: component.domain,
    status: () => (state === 'starting' ? startUp.state : state),
    accountsInUse: () => [...accounts.all()].map(({ record }) => record.id),
    reload(next, changed) {
      Object.assign(options, domainOptions(next, changed, gateway, key, version));
      domain.reloaded();
    },
    async stop() {
      state = 'stopping';
      startUp.stop();
      await domain.stop('shutdown');
      await stream.stop();
    },
  };
}

function mediaOptions(config: Config, log: Log): MediaServiceOptions {
  return {
    dataFolder: config.data.folder,
    publicUrl: config.http.enabled ? config.http.publicUrl : undefined,
    serverDomain: config.xmpp.domain,
    userAgent: `Isthmus/${programVersion()}`,
    ...config.media,
    log,
  };
}

function refusalAdvice(condition: string): string {
  switch (condition) {
    case 'conflict':
      return 'the server says that another program holds this domain: stop the other instance; trying again slowly';
    case 'not-authorized':
      return 'the server refuses the secret: compare it with the component entry of the server; trying again slowly';
    default:
      return 'the server does not know this domain as a component: add it to its configuration; trying again slowly';
  }
}
