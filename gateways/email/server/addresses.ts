import { createHash } from 'node:crypto';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { domainOf, mailAddress } from '../mail/mail-address.js';
import { type DomainOptions, quarantineMs } from './options.js';
import { isReservedName } from './reserved-names.js';

const ADDRESSES = 'domain-addresses';
const ACCOUNTS = 'domain-accounts';
/** Addresses and accounts remembered, so that a flood of mails is no flood of questions to the store. */
const REMEMBERED = 20_000;
/** What stands before a detail that its owner may make up (RFC 5233). */
const DETAIL = '+';
/** What a user can pick: nothing that would have to be quoted, or that could be taken for another name. */
const CHOSEN = /^[a-z0-9](?:[a-z0-9_-]|\.(?=[a-z0-9])){0,38}[a-z0-9]$/;

/** Who has an address, or would like one. */
export type Holder = Pick<AccountView, 'id' | 'userAddress'>;

/** Who has which address of the gateway's domain: claims that last, one owner each. */
export class AddressBook {
  /** Null: nobody. */
  readonly #owners = new Map<string, AccountId | null>();
  /** Null: none. */
  readonly #addresses = new Map<AccountId, string | null>();
  /** Changes so far: what was read before one is not remembered after it. */
  #changes = 0;

  constructor(
    private readonly options: DomainOptions,
    private readonly state: NetworkState,
    private readonly now: () => number,
  ) {}

  /** The one form of a name that a user would like, with or without the domain; undefined: nobody can have it. */
  chosen(text: string): string | undefined {
    const wish = text.trim().toLowerCase();
    const { name, reserved } = this.options;
    const local = wish.endsWith(`@${name}`) ? wish.slice(0, -name.length - 1) : wish;
    return CHOSEN.test(local) && !isReservedName(local, reserved) ? `${local}@${name}` : undefined;
  }

  /** The address that somebody has by his bare JID; undefined: none, where users choose, or where it cannot be one. */
  byJid(bareJid: string): string | undefined {
    const { name, addresses, jidHosts, reserved } = this.options;
    const at = bareJid.lastIndexOf('@');
    const hosts = jidHosts.length > 0 ? jidHosts : [name];
    if (addresses !== 'jid' || at < 1 || !hosts.includes(bareJid.slice(at + 1).toLowerCase()))
      return undefined;
    const address = mailAddress(`${bareJid.slice(0, at)}@${name}`);
    return address === undefined || isReservedName(localOf(address), reserved) ? undefined : address;
  }

  /**
   * Whose mail to that address is, in its one form; also `name+detail`.
   * Rejects when the store is away.
   */
  async ownerOf(address: string): Promise<AccountId | undefined> {
    if (domainOf(address) !== this.options.name) return undefined;
    const whole = await this.#ownerOf(address);
    const local = localOf(address);
    const detail = local.indexOf(DETAIL);
    if (whole !== undefined || detail < 1) return whole;
    return this.#ownerOf(`${local.slice(0, detail)}@${this.options.name}`);
  }

  /** The address that an account has. Rejects when the store is away. */
  async addressOf(account: AccountId): Promise<string | undefined> {
    const known = this.#addresses.get(account);
    if (known !== undefined) return known ?? undefined;
    const before = this.#changes;
    const address = (await this.state.get(ACCOUNTS, String(account)))?.value.address;
    const found = typeof address === 'string' ? address : undefined;
    if (before === this.#changes) remember(this.#addresses, account, found ?? null);
    return found;
  }

  /** Whether an address could be had now by the user of that XMPP address; for a form, since only `claim` decides. */
  async isFree(address: string, userAddress: string): Promise<boolean> {
    const entry = await this.state.get(ADDRESSES, address);
    return entry === undefined || (entry.account === undefined && entry.value.before === digest(userAddress));
  }

  /**
   * Gives an address to an account, in place of the one that it had. Of two who want it, one gets it; false for the
   * other one. Durable when it resolves. `byRight`: nobody else could ever have it, so that it need not rest.
   */
  async claim(address: string, holder: Holder, byRight = false): Promise<boolean> {
    const { id: account } = holder;
    const known = await this.addressOf(account);
    if (known === address && (await this.#ownerOf(address)) === account) return true;
    const entry = { key: address, value: {}, account };
    if (!(await this.state.putIfAbsent(ADDRESSES, entry))) {
      if (!(await this.#mayReturn(address, holder, byRight))) return false;
      await this.state.put(ADDRESSES, entry);
    }
    this.#forget(address);
    await this.state.put(ACCOUNTS, { key: String(account), value: { address }, account });
    this.#changes += 1;
    remember(this.#addresses, account, address);
    if (known !== undefined && known !== address) await this.#vacate(known, holder);
    return true;
  }

  /** Gives back what the account has. Mail to it must not reach whoever would like the name next. */
  async release(holder: Holder): Promise<void> {
    const { id: account } = holder;
    const address = await this.addressOf(account);
    if (address !== undefined) await this.#vacate(address, holder);
    await this.state.delete(ACCOUNTS, String(account));
    this.#changes += 1;
    this.#addresses.delete(account);
  }

  async #ownerOf(address: string): Promise<AccountId | undefined> {
    const known = this.#owners.get(address);
    if (known !== undefined) return known ?? undefined;
    const before = this.#changes;
    const account = (await this.state.get(ADDRESSES, address))?.account;
    if (before === this.#changes) remember(this.#owners, address, account ?? null);
    return account;
  }

  /** Whether an address that is not free is the account's all the same. */
  async #mayReturn(address: string, { id, userAddress }: Holder, byRight: boolean): Promise<boolean> {
    const entry = await this.state.get(ADDRESSES, address);
    // A crash may have come between the two entries.
    if (entry?.account !== undefined) return entry.account === id;
    return byRight || entry?.value.before === digest(userAddress);
  }

  async #vacate(address: string, { id, userAddress }: Holder): Promise<void> {
    if ((await this.#ownerOf(address)) !== id) return;
    const expiresAt = this.now() + quarantineMs(this.options);
    // Whose it was may have it again: when he comes back, and when his removal has failed.
    await this.state.put(ADDRESSES, { key: address, value: { before: digest(userAddress) }, expiresAt });
    this.#forget(address);
  }

  #forget(address: string): void {
    this.#changes += 1;
    this.#owners.delete(address);
  }
}

function digest(userAddress: string): string {
  return createHash('sha256').update(userAddress).digest('base64url');
}

function localOf(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (map.size >= REMEMBERED) map.clear();
  map.set(key, value);
}
