import { createHash } from 'node:crypto';
import type { AccountId } from '../../../../src/gateway/ids.js';
import type { NetworkState } from '../../../../src/gateway/state.js';
import type { OAuthClient, Tokens } from './oauth-client.js';

const TOKENS = 'tokens';

/** Refresh tokens as they are now: providers that rotate them take each but once (RFC 9700 §4.14.2). */
export class TokenVault {
  /** The end of each account's queue: one refresh after the other, whichever session asks. */
  readonly #queues = new Map<AccountId, Promise<unknown>>();

  constructor(private readonly state: NetworkState) {}

  /**
   * A new access token. What the provider gives instead of the refresh token is durable when it resolves.
   * @param granted the refresh token as it was given at the registration; a newer one counts only as its successor
   */
  refresh(account: AccountId, granted: string, client: OAuthClient): Promise<Tokens> {
    return this.#inTurn(account, async () => {
      const current = (await this.#successor(account, granted)) ?? granted;
      const tokens = await client.refresh(current);
      if (tokens.refreshToken !== undefined && tokens.refreshToken !== current)
        await this.state.put(TOKENS, {
          key: String(account),
          value: { granted: digest(granted), refreshToken: tokens.refreshToken },
          account,
        });
      return tokens;
    });
  }

  /** Gives the token back to the provider and forgets it. Rejects when the provider cannot be asked. */
  revoke(account: AccountId, granted: string, client: OAuthClient): Promise<void> {
    return this.#inTurn(account, async () => {
      const current = (await this.#successor(account, granted)) ?? granted;
      await client.revoke(current);
      await this.state.delete(TOKENS, String(account));
    });
  }

  async #successor(account: AccountId, granted: string): Promise<string | undefined> {
    const value = (await this.state.get(TOKENS, String(account)))?.value;
    return value?.granted === digest(granted) && typeof value.refreshToken === 'string'
      ? value.refreshToken
      : undefined;
  }

  #inTurn<T>(account: AccountId, work: () => Promise<T>): Promise<T> {
    const done = (this.#queues.get(account) ?? Promise.resolve()).then(work);
    const settled = done
      .catch(() => undefined)
      .finally(() => {
        if (this.#queues.get(account) === settled) this.#queues.delete(account);
      });
    this.#queues.set(account, settled);
    return done;
  }
}

/** Tells one registration's token from another's without keeping it twice. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
