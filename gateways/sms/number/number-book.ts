import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

/** Owners and accounts remembered, so that a flood of messages is no flood of questions to the store. */
const REMEMBERED = 20_000;

const NUMBERS = 'numbers';
const ACCOUNTS = 'accounts';

/** The operator's numbers, as the book needs them. */
export interface NumberRules {
  /** Numbers of the pool that are given to one user each, in E.164 with `+`. */
  readonly pool: readonly string[];
  /** All numbers of the operator: nobody can bring one of them as his own. */
  readonly reserved: ReadonlySet<string>;
  /** Whether who gets no number of the pool writes from shared ones. */
  readonly sharing: boolean;
  /** How long a number that was given back is given to nobody, in milliseconds. */
  readonly quarantineMs: number;
}

/** Who has which number for himself: given from the operator's pool, or proven to be his. */
export class NumberBook {
  readonly #owners = new Map<string, AccountId>();
  /** Undefined as a value: writes from shared numbers. */
  readonly #numbers = new Map<AccountId, string | undefined>();

  constructor(
    private readonly state: NetworkState,
    private readonly rules: NumberRules,
    private readonly now: () => number,
  ) {}

  /** Whose number it is. */
  async ownerOf(number: string): Promise<AccountId | undefined> {
    const known = this.#owners.get(number);
    if (known !== undefined) return known;
    const account = (await this.state.get(NUMBERS, number))?.account;
    if (account !== undefined) remember(this.#owners, number, account);
    return account;
  }

  /** The number that an account has for itself. */
  async numberOf(account: AccountId): Promise<string | undefined> {
    if (this.#numbers.has(account)) return this.#numbers.get(account);
    const entry = await this.state.get(ACCOUNTS, String(account));
    if (entry !== undefined) remember(this.#numbers, account, numberIn(entry));
    return numberIn(entry);
  }

  /**
   * The account's number, or a free one of the pool for it; undefined when none is free. Who writes from shared
   * numbers goes on so, or his correspondents would see another number one day.
   */
  async assign(account: AccountId): Promise<string | undefined> {
    if (this.#numbers.has(account)) return this.#numbers.get(account);
    const entry = await this.state.get(ACCOUNTS, String(account));
    if (entry !== undefined) {
      remember(this.#numbers, account, numberIn(entry));
      return numberIn(entry);
    }
    for (const number of this.rules.pool) {
      // Looking at each for each user would be too much after a start.
      const owner = this.#owners.get(number);
      if ((owner === undefined || owner === account) && (await this.#take(number, account))) return number;
    }
    if (this.rules.sharing) {
      await this.state.put(ACCOUNTS, { key: String(account), value: {}, account });
      remember(this.#numbers, account, undefined);
    }
    return undefined;
  }

  /** A number from the pool, and no other one any more: the user has gone back from a number of his own. */
  async keepPooled(account: AccountId): Promise<string | undefined> {
    const known = await this.numberOf(account);
    if (known !== undefined && !this.rules.pool.includes(known)) await this.release(account);
    return this.assign(account);
  }

  /** Gives a number that has been proven; false when somebody else has it, or it is one of the operator's. */
  async claim(number: string, account: AccountId): Promise<boolean> {
    if (this.rules.reserved.has(number)) return false;
    const known = await this.numberOf(account);
    if (known === number) return true;
    if (!(await this.#take(number, account))) return false;
    if (known !== undefined) await this.#vacate(known);
    return true;
  }

  /** Whether this can be somebody's own number: the operator's are not, whoever receives what is sent to them. */
  mayBeOwn(number: string): boolean {
    return !this.rules.reserved.has(number);
  }

  /** Whether a number could be had by anybody now. */
  async isFree(number: string): Promise<boolean> {
    return (await this.state.get(NUMBERS, number)) === undefined;
  }

  /** Gives back what the account has; a number of the pool rests before somebody else gets it. */
  async release(account: AccountId): Promise<void> {
    const number = await this.numberOf(account);
    if (number !== undefined) await this.#vacate(number);
    await this.state.delete(ACCOUNTS, String(account));
    this.#numbers.delete(account);
  }

  async #take(number: string, account: AccountId): Promise<boolean> {
    const taken = await this.state.putIfAbsent(NUMBERS, { key: number, value: {}, account });
    if (!taken) {
      // A crash may have come between the two entries.
      const owner = (await this.state.get(NUMBERS, number))?.account;
      if (owner !== undefined) remember(this.#owners, number, owner);
      if (owner !== account) return false;
    }
    await this.state.put(ACCOUNTS, { key: String(account), value: { number }, account });
    remember(this.#owners, number, account);
    remember(this.#numbers, account, number);
    return true;
  }

  /**
   * Late answers to the last owner of a pooled number must not reach the next one. A number that was a user's own is
   * forgotten (C19): whoever proves it next has it in his hand.
   */
  async #vacate(number: string): Promise<void> {
    const { pool, quarantineMs } = this.rules;
    if (pool.includes(number))
      await this.state.put(NUMBERS, { key: number, value: {}, expiresAt: this.now() + quarantineMs });
    else await this.state.delete(NUMBERS, number);
    this.#owners.delete(number);
  }
}

function numberIn(
  entry: { readonly value: Readonly<Record<string, unknown>> } | undefined,
): string | undefined {
  const number = entry?.value.number;
  return typeof number === 'string' ? number : undefined;
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (map.size >= REMEMBERED) map.clear();
  map.set(key, value);
}
