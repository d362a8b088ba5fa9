import { GatewayError } from '../../../../src/gateway/error.js';
import type { Log } from '../../../../src/gateway/gateway.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import type { Credentials, Login } from '../credentials.js';
import type { OAuthClient, Tokens } from './oauth-client.js';
import { oauthError, oauthReason } from './oauth-failure.js';
import type { TokenVault } from './token-vault.js';

/** Whose tokens, and what they need. */
export interface OAuthAccount {
  readonly id: AccountId;
  /** Login name with the mail servers. */
  readonly user: string;
  /** As it was given at the registration. */
  readonly refreshToken: string;
  readonly client: OAuthClient;
  readonly vault: TokenVault;
  /** How long before its end an access token is renewed (ms). */
  readonly aheadMs: number;
  readonly log: Log;
}

/** Logs in by access tokens, which are renewed ahead of their end, once for everybody who asks meanwhile. */
export class OAuthCredentials implements Credentials {
  #tokens: Tokens | undefined;
  #renewal: Promise<Tokens> | undefined;
  /** The provider has refused for good: it is not asked again (S18). */
  #refusal: GatewayError | undefined;

  constructor(private readonly account: OAuthAccount) {}

  async login(renew = false): Promise<Login> {
    if (this.#refusal) throw this.#refusal;
    const known = renew ? undefined : this.#tokens;
    const end = known?.expiresAt ?? Number.POSITIVE_INFINITY;
    const fresh = known && end - this.account.aheadMs > Date.now();
    const { accessToken } = fresh ? known : await this.#renewed();
    return { user: this.account.user, accessToken };
  }

  /** Whether these are the credentials of that registration. */
  isFor(user: string, refreshToken: string): boolean {
    return this.account.user === user && this.account.refreshToken === refreshToken;
  }

  /** Gives the tokens back to the provider, as far as it takes them. Never rejects. */
  async revoke(): Promise<void> {
    const { id, refreshToken, client, vault, log } = this.account;
    await vault.revoke(id, refreshToken, client).catch((error: unknown) => {
      log.info({ reason: oauthReason(error) }, 'a token could not be given back to its provider');
    });
  }

  #renewed(): Promise<Tokens> {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(): Promise<Tokens> {
    const { id, refreshToken, client, vault, log } = this.account;
    try {
      this.#tokens = await vault.refresh(id, refreshToken, client);
      return this.#tokens;
    } catch (error) {
      if (oauthError(error) === 'invalid_grant') {
        this.#refusal = new GatewayError('bad-credentials', { key: 'email-oauth-over' });
        throw this.#refusal;
      }
      log.warn({ account: id, reason: oauthReason(error) }, 'a token could not be renewed');
      throw new GatewayError('network-unreachable', { key: 'email-oauth-away' }, 'not-sent', true);
    }
  }
}
