import { GatewayError } from '../../../gateway/error.js';
import type { RoomId } from '../../../gateway/ids.js';
import { type Jid, parseJid } from '../../../xmpp/jid.js';
import type { Account } from '../../account/account.js';
import type { Sessions } from '../../account/sessions.js';
import type { DomainContext } from '../../domain.js';
import { type OwnLogin, RelayLogin } from './own-login.js';
import type { BorrowedAccount, NetworkPort, SessionListener, SpokenAccount } from './port.js';

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

  async borrow(owner: string, room: RoomId, listener: SessionListener): Promise<BorrowedAccount | undefined> {
    const account = await this.context.accounts.find(parseJid(owner));
    if (!account?.registered) return undefined;
    const session = this.sessions.ensure(account);
    account.borrowers ??= new Map();
    account.borrowers.set(room, listener);
    const self = this.#selfOf(account, room);
    return { session, ...(self && { self }), close: () => this.#giveBack(account, room, listener) };
  }

  #selfOf(account: Account, room: RoomId): BorrowedAccount['self'] {
    const occupancy = account.rooms.get(room);
    if (occupancy?.state !== 'joined' || occupancy.suspended || occupancy.self === undefined)
      return undefined;
    const nick = occupancy.room.members.get(occupancy.self)?.member.nick;
    return nick === undefined ? undefined : { member: occupancy.self, nick };
  }

  #giveBack(account: Account, room: RoomId, listener: SessionListener): void {
    if (account.borrowers?.get(room) !== listener) return;
    account.borrowers.delete(room);
    if (account.borrowers.size === 0) account.borrowers = undefined;
    // Where rooms are the account's own he is in them for good; and nobody is to leave where he came in himself.
    if (this.gateway.messaging === 'live' && !account.rooms.has(room)) account.session?.rooms?.leave(room);
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
