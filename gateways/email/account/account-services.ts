import { readFileSync } from 'node:fs';
import type { AccountView, GatewayEnvironment } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
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
  /** Of accounts with OAuth, so that all who log in for one share its access token. */
  readonly #credentials = new Map<AccountId, OAuthCredentials>();

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

  /**
   * How an account logs in to its own mailbox, the same object as long as that stays the same; undefined without one, or
   * when the operator took its OAuth away.
   */
  credentialsOf(account: AccountView): Credentials | undefined {
    const { mailbox } = settingsOf(account);
    if (mailbox === undefined) return undefined;
    const { user, auth, provider } = mailbox;
    const password = account.secrets[PASSWORD] ?? '';
    if (auth === 'password') return new PasswordCredentials(user, password);
    const client = this.clientOf(provider);
    if (!client) return undefined;
    const refreshToken = account.secrets[REFRESH_TOKEN] ?? '';
    const made = this.#credentials.get(account.id);
    if (made?.isFor(user, refreshToken)) return made;
    const { refreshAheadSeconds } = this.options.oauth;
    const credentials = new OAuthCredentials({
      ...{ id: account.id, user, refreshToken, client, vault: this.#vault },
      aheadMs: refreshAheadSeconds * 1_000,
      log: this.environment.log,
    });
    this.#credentials.set(account.id, credentials);
    return credentials;
  }

  /** The registration ends: gives back what the provider has given. Never rejects. */
  async release(account: AccountView): Promise<void> {
    await this.credentialsOf(account)?.revoke();
    this.#credentials.delete(account.id);
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
