import type { TargetPolicy } from '../../../../src/gateway/gateway.js';
import { domainOf } from '../../mail/mail-address.js';
import type { MailServer } from '../../mail/server-options.js';
import type { Provider, Providers } from '../provider/providers.js';
import { type ClientConfig, readClientConfig } from './client-config.js';
import { type DomainNames, servicesOf } from './dns.js';
import type { Documents } from './documents.js';
import type { DiscoveryOptions } from './options.js';
import type { Probe } from './probe.js';

/** Servers of a mail address. */
export interface FoundServers {
  readonly imap: MailServer;
  readonly smtp: MailServer;
  /** Login names to try, in this order (RFC 6186 §4). */
  readonly users: readonly string[];
  readonly provider?: Provider;
  /** Only the DNS says so, and they are outside of the domain: the user has to agree first (RFC 6186 §6). */
  readonly unsure?: true;
}

/** What a search asks. */
export interface DiscoverySources {
  readonly providers: Providers;
  readonly targets: TargetPolicy;
  readonly names: DomainNames;
  readonly documents: Documents;
  readonly probe: Probe;
}

/** Finds the servers of a mail address, from what is surest to what is guessed. */
export class Discovery {
  constructor(
    private readonly sources: DiscoverySources,
    private readonly options: DiscoveryOptions,
  ) {}

  /** `address` in its one form. Undefined where nothing is found in time. Never rejects. */
  async find(address: string): Promise<FoundServers | undefined> {
    const { providers, targets, names } = this.sources;
    const domain = domainOf(address);
    const listed = providers.ofDomain(domain);
    if (listed) return serversOf(listed, address);
    if (!targets.mayResolve(domain)) return undefined;
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    const asked = this.#configOfDomain(address, domain, signal);
    const exchangers = names.mx(domain);
    const services = await servicesOf(domain, names);
    if (services && within(services.imap, domain) && within(services.smtp, domain))
      return this.#named(services, address);
    const config = await asked;
    if (config) return this.#configured(config);
    const host = providers.ofExchangers(await exchangers);
    if (host) return serversOf(host, address);
    if (services) {
      const found = this.#named(services, address);
      return found.provider ? found : { ...found, unsure: true };
    }
    const entry = await this.#configOfDatabase(address, domain, signal);
    if (entry) return this.#configured(entry);
    return this.#guess(address, domain, signal);
  }

  async #configOfDomain(
    address: string,
    domain: string,
    signal: AbortSignal,
  ): Promise<ClientConfig | undefined> {
    const query = `?emailaddress=${encodeURIComponent(address)}`;
    const found = await Promise.all(
      [
        `https://autoconfig.${domain}/mail/config-v1.1.xml${query}`,
        `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
      ].map((url) => this.#read(url, address, signal)),
    );
    return found.find((config) => config !== undefined);
  }

  async #configOfDatabase(
    address: string,
    domain: string,
    signal: AbortSignal,
  ): Promise<ClientConfig | undefined> {
    const { database } = this.options;
    return database === undefined ? undefined : this.#read(new URL(domain, database).href, address, signal);
  }

  async #read(url: string, address: string, signal: AbortSignal): Promise<ClientConfig | undefined> {
    const document = await this.sources.documents(url, signal);
    return document === undefined ? undefined : readClientConfig(document, address);
  }

  #configured({ imap, smtp, user }: ClientConfig): FoundServers {
    const provider = this.sources.providers.ofServers(imap, smtp);
    return { imap, smtp, users: [user], ...(provider && { provider }) };
  }

  #named(found: { readonly imap: MailServer; readonly smtp: MailServer }, address: string): FoundServers {
    const provider = this.sources.providers.ofServers(found.imap, found.smtp);
    return { ...found, users: bothNames(address), ...(provider && { provider }) };
  }

  /** Names that are usual; only a server with a certificate for one of them counts. */
  async #guess(address: string, domain: string, signal: AbortSignal): Promise<FoundServers | undefined> {
    const at = (hosts: readonly string[], port: number, security: MailServer['security']) =>
      hosts.map((host): MailServer => ({ host, port, security }));
    const readers = [`imap.${domain}`, `mail.${domain}`, domain];
    const senders = [`smtp.${domain}`, `mail.${domain}`, domain];
    const [imap, smtp] = await Promise.all([
      this.#firstThat('imap', at(readers, 993, 'tls'), signal),
      this.#firstThat('smtp', [...at(senders, 465, 'tls'), ...at(senders, 587, 'starttls')], signal),
    ]);
    return imap && smtp && { imap, smtp, users: bothNames(address) };
  }

  async #firstThat(
    protocol: 'imap' | 'smtp',
    servers: readonly MailServer[],
    signal: AbortSignal,
  ): Promise<MailServer | undefined> {
    const answers = await Promise.all(servers.map((server) => this.sources.probe(server, protocol, signal)));
    return servers.find((_, index) => answers[index]);
  }
}

/** Servers of a provider for one of its addresses. */
function serversOf(provider: Provider, address: string): FoundServers {
  const { imap, smtp, login } = provider;
  return { imap, smtp, users: [login === 'local' ? localOf(address) : address], provider };
}

function bothNames(address: string): readonly string[] {
  return [address, localOf(address)];
}

function localOf(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

function within({ host }: MailServer, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
