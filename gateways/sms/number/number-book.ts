import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

/** Owners remembered, so that a flood of messages is no flood of questions to the store. */
const REMEMBERED = 10_000;

const NUMBERS = 'numbers';
const ACCOUNTS = 'accounts';

/** Who has which number for himself: given from the operator's pool, or proven to be his. */
export class NumberBook {
  readonly #owners = new Map<string, AccountId | undefined>();

  constructor(
    private readonly state: NetworkState,
    /** Numbers of the pool that are given to one user each, in E.164 with `+`. */
    private readonly pool: readonly string[],
    /** How long a number that was given back is given to nobody, in milliseconds. */
    private readonly quarantineMs: number,
    private readonly now: () => number,
  ) {}

  /** Whose number it is. */
  async ownerOf(number: string): Promise<AccountId | undefined> {
    if (this.#owners.has(number)) return this.#owners.get(number);
    const entry = await this.state.get(NUMBERS, number);
    this.#remember(number, entry?.account);
    return entry?.account;
  }

  /** The number that an account has for itself. */
  async numberOf(account: AccountId): Promise<string | undefined> {
    const entry = await this.state.get(ACCOUNTS, String(account));
    const number = entry?.value.number;
    return typeof number === 'string' ? number : undefined;
  }

  /** The account's number, or a free one of the pool for it; undefined when none is free. */
  async assign(account: AccountId): Promise<string | undefined> {
    const known = await this.numberOf(account);
    if (known !== undefined) return known;
    for (const number of this.pool) {
      if (await this.#take(number, account)) return number;
    }
    return undefined;
  }

  /** A number from the pool, and no other one any more: the user has gone back from a number of his own. */
  async keepPooled(account: AccountId): Promise<string | undefined> {
    const known = await this.numberOf(account);
    if (known !== undefined && !this.pool.includes(known)) await this.release(account);
    return this.assign(account);
  }

  /** Gives a number that has been proven; false when somebody else has it. */
  async claim(number: string, account: AccountId): Promise<boolean> {
    const known = await this.numberOf(account);
    if (known === number) return true;
    if (!(await this.#take(number, account))) return false;
    if (known !== undefined) await this.#vacate(known);
    return true;
  }

  /** Whether a number could be had by anybody now. */
  async isFree(number: string): Promise<boolean> {
    return (await this.state.get(NUMBERS, number)) === undefined;
  }

  /** Gives back what the account has; a number of the pool rests before somebody else gets it. */
  async release(account: AccountId): Promise<void> {
    const number = await this.numberOf(account);
    if (number === undefined) return;
    await this.#vacate(number);
    await this.state.delete(ACCOUNTS, String(account));
  }

  async #take(number: string, account: AccountId): Promise<boolean> {
    const taken = await this.state.putIfAbsent(NUMBERS, { key: number, value: {}, account });
    // A crash may have come between the two entries.
    if (!taken && (await this.state.get(NUMBERS, number))?.account !== account) return false;
    await this.state.put(ACCOUNTS, { key: String(account), value: { number }, account });
    this.#remember(number, account);
    return true;
  }

  /**
   * Late answers to the last owner of a pooled number must not reach the next one. A number that was a user's own is
   * forgotten (C19): whoever proves it next has it in his hand.
   */
  async #vacate(number: string): Promise<void> {
    if (this.pool.includes(number))
      await this.state.put(NUMBERS, { key: number, value: {}, expiresAt: this.now() + this.quarantineMs });
    else await this.state.delete(NUMBERS, number);
    this.#remember(number, undefined);
  }

  #remember(number: string, owner: AccountId | undefined): void {
    if (this.#owners.size >= REMEMBERED) this.#owners.clear();
    // What is nobody's may become somebody's through another entry that expires: only owners are remembered.
    if (owner === undefined) this.#owners.delete(number);
    else this.#owners.set(number, owner);
  }
}
