import { GatewayError } from '../../../gateway/error.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { Account } from '../../account/account.js';
import type { Sessions } from '../../account/sessions.js';
import type { DomainContext } from '../../domain.js';
import { type OwnLogin, RelayLogin } from './own-login.js';
import type { NetworkPort, SessionListener, SpokenAccount } from './port.js';

/** Gives relays accounts of one domain; what their sessions tell goes to the relay and to nobody else. */
export class RelayAccounts implements NetworkPort {
  readonly login: OwnLogin;

  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Pick<Sessions, 'ensure' | 'end' | 'logout'>,
  ) {
    this.login = new RelayLogin(context, sessions);
  }

  get domain(): string {
    return this.context.options.domain;
  }

  get gateway(): NetworkPort['gateway'] {
    return this.context.gateway;
  }

  get media(): NetworkPort['media'] {
    return this.context.media;
  }

  async open(owner: Jid, listener: SessionListener): Promise<SpokenAccount> {
    const account = await this.#account(owner);
    account.listener = listener;
    const session = this.sessions.ensure(account);
    return { session, close: () => this.#close(account, listener) };
  }

  sessionOf(owner: string): ReturnType<NetworkPort['sessionOf']> {
    const account = this.context.accounts.active(owner);
    return account?.registered ? account.session : undefined;
  }

  async #account(owner: Jid): Promise<Account> {
    const { accounts } = this.context;
    if (!this.login.needed) return accounts.ensure(owner);
    const account = await accounts.find(owner);
    if (account?.registered) return account;
    const args = { domain: this.domain };
    throw new GatewayError('registered-only', { key: 'relay-account-missing', args });
  }

  async #close(account: Account, listener: SessionListener): Promise<void> {
    if (account.listener !== listener) return;
    // What comes until it is closed is still told, so that the network need not bring it again.
    await this.sessions.end(account);
    if (account.listener !== listener) return;
    account.listener = undefined;
    this.context.accounts.release(account);
    if (account.registered) return;
    await this.context.accounts.erase(account).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'the account of a stand-in could not be erased');
    });
  }
}
