import { readFileSync } from 'node:fs';
import type { AccountView, GatewayEnvironment } from '../../../src/gateway/gateway.js';
import { systemResolver } from '../mail/target.js';
import type { Credentials } from './credentials.js';
import { Discovery } from './discovery/discovery.js';
import { systemNames } from './discovery/dns.js';
import { type Documents, guardedDocuments } from './discovery/documents.js';
import { greetingProbe } from './discovery/probe.js';
import { Agreements } from './oauth/agreements.js';
import { DeviceLogins } from './oauth/device-logins.js';
import { OAuthClient } from './oauth/oauth-client.js';
import { OAuthCredentials } from './oauth/oauth-credentials.js';
import { TokenVault } from './oauth/token-vault.js';
import type { AccountOptions } from './options.js';
import { PasswordCredentials } from './password-credentials.js';
import { Providers } from './provider/providers.js';
import type { LoginChecks } from './registration/login-check.js';
import { PASSWORD, REFRESH_TOKEN, settingsOf } from './settings.js';

const HTTPS_PORT = 443;

/** What users' mailboxes need besides themselves; one for a gateway. */
export class AccountServices {
  readonly providers: Providers;
  readonly discovery: Discovery;
  readonly agreements: Agreements;
  readonly deviceLogins: DeviceLogins;
  readonly #vault: TokenVault;
  readonly #clients = new Map<string, OAuthClient>();

  constructor(
    private readonly options: AccountOptions,
    private readonly environment: GatewayEnvironment,
    /** How a login is tried. */
    readonly checks: LoginChecks,
  ) {
    const { targets, webhooks, domain, state } = environment;
    const { connectMs } = options.discovery;
    this.providers = new Providers(options.providers);
    this.discovery = new Discovery(
      {
        providers: this.providers,
        targets,
        names: systemNames(connectMs),
        documents: this.#documents(),
        probe: greetingProbe(targets, systemResolver, connectMs),
      },
      options.discovery,
    );
    this.agreements = new Agreements(webhooks, options.oauth, domain);
    this.deviceLogins = new DeviceLogins(options.oauth);
    this.#vault = new TokenVault(state);
  }

  /** Serves what browsers come back to. */
  start(): void {
    this.agreements.start();
  }

  async close(): Promise<void> {
    this.agreements.stop();
    this.deviceLogins.stop();
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  /** This program at a provider; undefined where the operator has not registered it. */
  clientOf(provider: string | undefined): OAuthClient | undefined {
    const oauth = this.providers.named(provider)?.oauth;
    if (provider === undefined || oauth === undefined) return undefined;
    let client = this.#clients.get(provider);
    if (!client) {
      client = new OAuthClient(oauth, this.options.oauth);
      this.#clients.set(provider, client);
    }
    return client;
  }

  /** How an account logs in to its own mailbox; undefined without one, or when the operator took its OAuth away. */
  credentialsOf({ id, settings, secrets }: AccountView): Credentials | undefined {
    const { mailbox } = settingsOf({ settings });
    if (!mailbox) return undefined;
    const { user, auth, provider } = mailbox;
    if (auth === 'password') return new PasswordCredentials(user, secrets[PASSWORD] ?? '');
    const client = this.clientOf(provider);
    if (!client) return undefined;
    return new OAuthCredentials({
      id,
      user,
      refreshToken: secrets[REFRESH_TOKEN] ?? '',
      client,
      vault: this.#vault,
      aheadMs: this.options.oauth.refreshAheadSeconds * 1_000,
      log: this.environment.log,
    });
  }

  /** What `caFile` holds is read when it is needed first. */
  #documents(): Documents {
    const { targets, software } = this.environment;
    const { connectMs, documentBytes, redirects, caFile } = this.options.discovery;
    let documents: Documents | undefined;
    return async (url, signal) => {
      documents ??= guardedDocuments({
        targets,
        resolve: systemResolver,
        connectMs,
        ports: [HTTPS_PORT],
        maxBytes: documentBytes,
        redirects,
        userAgent: `${software.name}/${software.version}`,
        ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }),
      });
      return documents(url, signal);
    };
  }
}
