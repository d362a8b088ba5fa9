import type { MailServer } from '../../mail/server-options.js';
import type { MailboxSettings } from '../settings.js';
import {
  type KnownProvider,
  knownProviders,
  type OAuthEndpoints,
  type PasswordHint,
} from './known-providers.js';
import type { ProviderOptions } from './options.js';

/** OAuth with a provider, as this program is registered there. */
export interface OAuthProvider extends OAuthEndpoints {
  readonly clientId: string;
  readonly clientSecret?: string;
}

/** A provider whose servers need not be looked for. */
export interface Provider {
  readonly name: string;
  readonly domains: readonly string[];
  readonly exchangers: readonly string[];
  readonly imap: MailServer;
  readonly smtp: MailServer;
  readonly login: 'address' | 'local';
  readonly filesSent: boolean;
  readonly hint?: PasswordHint;
  /** The operator has set it up. */
  readonly oauth?: OAuthProvider;
  /** The operator vouches for its servers, which may be private ones. */
  readonly listed: boolean;
}

/** Providers of the operator's, then those that everybody knows. */
export class Providers {
  readonly #byName = new Map<string, Provider>();

  constructor(listed: Readonly<Record<string, ProviderOptions>>) {
    const known = new Map(knownProviders.map((provider) => [provider.name, provider]));
    for (const [name, own] of Object.entries(listed)) {
      const provider = merged(name, own, known.get(name));
      if (provider) this.#byName.set(name, provider);
    }
    for (const provider of knownProviders)
      if (!this.#byName.has(provider.name)) this.#byName.set(provider.name, ofTable(provider));
  }

  named(name: string | undefined): Provider | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }

  ofDomain(domain: string): Provider | undefined {
    return [...this.#byName.values()].find(({ domains }) => domains.includes(domain));
  }

  /** Who hosts a domain whose mail goes there. */
  ofExchangers(hosts: readonly string[]): Provider | undefined {
    return [...this.#byName.values()].find(({ exchangers }) =>
      hosts.some((host) => exchangers.some((end) => host === end || host.endsWith(`.${end}`))),
    );
  }

  /** Whose servers those are, however they were found; what the operator vouches for he names with its port. */
  ofServers(imap: MailServer, smtp: MailServer): Provider | undefined {
    return [...this.#byName.values()].find(
      (provider) =>
        isSame(provider.imap, imap, provider.listed) && isSame(provider.smtp, smtp, provider.listed),
    );
  }

  /** Whether users could log in by OAuth with any of them. */
  get haveOAuth(): boolean {
    return [...this.#byName.values()].some(({ oauth }) => oauth !== undefined);
  }

  /** Where a mailbox is now: what the operator has listed may have moved since its registration. */
  serversOf(mailbox: MailboxSettings): {
    readonly imap: MailServer;
    readonly smtp: MailServer;
    readonly listed: boolean;
  } {
    const provider = this.named(mailbox.provider);
    const { imap, smtp } = provider?.listed ? provider : mailbox;
    return { imap, smtp, listed: provider?.listed === true };
  }
}

function isSame(a: MailServer, b: MailServer, exactly: boolean): boolean {
  return a.host === b.host && (!exactly || a.port === b.port);
}

function ofTable({ oauth: _unregistered, ...known }: KnownProvider): Provider {
  return {
    ...known,
    login: known.login ?? 'address',
    exchangers: known.exchangers ?? [],
    filesSent: known.filesSent ?? false,
    listed: false,
  };
}

/** What the operator says, completed by the table. */
function merged(name: string, own: ProviderOptions, known: KnownProvider | undefined): Provider | undefined {
  const imap = own.imap ?? known?.imap;
  const smtp = own.smtp ?? known?.smtp;
  if (!imap || !smtp) return undefined;
  const oauth = own.oauth && oauthOf(own.oauth, known?.oauth);
  return {
    name,
    domains: own.domains ?? known?.domains ?? [],
    exchangers: known?.exchangers ?? [],
    imap,
    smtp,
    login: own.login ?? known?.login ?? 'address',
    filesSent: own.filesSent ?? known?.filesSent ?? false,
    ...(known?.hint && { hint: known.hint }),
    ...(oauth && { oauth }),
    listed: own.imap !== undefined || own.smtp !== undefined,
  };
}

function oauthOf(
  own: NonNullable<ProviderOptions['oauth']>,
  known: OAuthEndpoints | undefined,
): OAuthProvider | undefined {
  const endpoint = (key: 'authorization' | 'token' | 'device' | 'revocation') =>
    own[key] ?? known?.[key]?.replace('{tenant}', own.tenant);
  const token = endpoint('token');
  const scopes = own.scopes ?? known?.scopes;
  if (token === undefined || scopes === undefined) return undefined;
  const authorization = endpoint('authorization');
  const device = endpoint('device');
  const revocation = endpoint('revocation');
  const issuer = own.issuer ?? known?.issuer;
  const parameters = own.parameters ?? known?.parameters;
  return {
    clientId: own.clientId,
    ...(own.clientSecret !== undefined && { clientSecret: own.clientSecret }),
    token,
    scopes,
    ...(authorization !== undefined && { authorization }),
    ...(device !== undefined && { device }),
    ...(revocation !== undefined && { revocation }),
    ...(issuer !== undefined && { issuer }),
    ...(parameters && { parameters }),
  };
}
