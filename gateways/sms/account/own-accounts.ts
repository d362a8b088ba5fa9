import type { AccountId } from '../../../src/gateway/ids.js';
import type { ConnectionState } from '../../../src/gateway/session.js';
import type { Text } from '../../../src/gateway/text.js';

/** A user's own account with a provider, at work. */
export interface OwnAccount {
  readonly state: ConnectionState;
  /**
   * Runs a trial while nothing of ours is connected to the provider, because many allow an account one bind. After a
   * trial that failed the connection is made again; after one that did not, the changed settings are about to come.
   */
  aside(trial: () => Promise<Text | undefined>): Promise<Text | undefined>;
}

/** Users' own accounts at work. */
export class OwnAccounts {
  readonly #accounts = new Map<AccountId, OwnAccount>();

  get(id: AccountId): OwnAccount | undefined {
    return this.#accounts.get(id);
  }

  add(id: AccountId, account: OwnAccount): void {
    this.#accounts.set(id, account);
  }

  remove(id: AccountId, account: OwnAccount): void {
    if (this.#accounts.get(id) === account) this.#accounts.delete(id);
  }
}
