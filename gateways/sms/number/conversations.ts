import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

const CONVERSATIONS = 'conversations';
const ROUTES = 'routes';

/**
 * Numbers that many users stand behind: a conversation is one number and one correspondent, and belongs to the user
 * who wrote first. Two users who write to the same person do it from two numbers, so that no answer reaches the
 * wrong one.
 */
export class Conversations {
  constructor(
    private readonly state: NetworkState,
    /** Shared numbers in E.164 with `+`, or short codes. */
    private readonly numbers: readonly string[],
    /** How long a conversation without a word still belongs to its user, in milliseconds. */
    private readonly idleMs: number,
    private readonly now: () => number,
  ) {}

  /**
   * The number that the account writes to this person from.
   * @throws {GatewayError} `limit` when other users hold the conversations of all numbers with him
   */
  async numberFor(account: AccountId, correspondent: ContactId): Promise<string> {
    const route = await this.state.get(ROUTES, `${account} ${correspondent}`);
    const known = route?.value.number;
    const candidates =
      typeof known === 'string' ? [known, ...this.numbers.filter((n) => n !== known)] : this.numbers;
    for (const number of candidates) {
      if (!this.numbers.includes(number)) continue;
      if (await this.#take(number, account, correspondent)) return number;
    }
    throw new GatewayError('limit', { key: 'sms-conversation-taken' });
  }

  /** Whose conversation this is; undefined: nobody's, and nobody is told. */
  async ownerOf(number: string, correspondent: ContactId): Promise<AccountId | undefined> {
    const key = `${number} ${correspondent}`;
    const entry = await this.state.get(CONVERSATIONS, key);
    if (entry?.account !== undefined) await this.#keep(key, entry.account, entry.expiresAt);
    return entry?.account;
  }

  async #take(number: string, account: AccountId, correspondent: ContactId): Promise<boolean> {
    const key = `${number} ${correspondent}`;
    const expiresAt = this.now() + this.idleMs;
    const taken = await this.state.putIfAbsent(CONVERSATIONS, { key, value: {}, account, expiresAt });
    if (!taken) {
      const entry = await this.state.get(CONVERSATIONS, key);
      if (entry?.account !== account) return false;
      await this.#keep(key, account, entry.expiresAt);
    }
    await this.#keep(`${account} ${correspondent}`, account, undefined, number);
    return true;
  }

  /** Puts the end off, not with every message: half of the time must have passed. */
  async #keep(
    key: string,
    account: AccountId,
    expiresAt: number | undefined,
    number?: string,
  ): Promise<void> {
    const now = this.now();
    if (number !== undefined) {
      const route = await this.state.get(ROUTES, key);
      if (route?.value.number === number && (route.expiresAt ?? 0) - now > this.idleMs / 2) return;
      const entry = { key, value: { number }, account, expiresAt: now + this.idleMs };
      await this.state.put(ROUTES, entry);
      return;
    }
    if ((expiresAt ?? 0) - now > this.idleMs / 2) return;
    await this.state.put(CONVERSATIONS, { key, value: {}, account, expiresAt: now + this.idleMs });
  }
}
