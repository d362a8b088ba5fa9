import { createHash } from 'node:crypto';
import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState, StateEntry } from '../../../src/gateway/state.js';

const CONVERSATIONS = 'conversations';
const ROUTES = 'routes';
/** Routes read at a time when a user leaves. */
const PAGE = 200;

/**
 * Numbers that many users stand behind: a conversation is one number and one correspondent, and belongs to the user
 * who wrote first. Two users who write to the same person do it from two numbers, so that no answer reaches the
 * wrong one. Keys are digests: what rests after a user has left names nobody.
 */
export class Conversations {
  constructor(
    private readonly state: NetworkState,
    /** Shared numbers in E.164 with `+`, or short codes. */
    private readonly numbers: readonly string[],
    private readonly times: {
      /** How long a conversation without a word belongs to its user, in milliseconds. */
      readonly idleMs: number;
      /** How long it belongs to nobody after its user has left, in milliseconds. */
      readonly quarantineMs: number;
    },
    private readonly now: () => number,
  ) {}

  /**
   * The number that the account writes to this person from.
   * @throws {GatewayError} `limit` when other users hold the conversations of all numbers with him
   */
  async numberFor(account: AccountId, correspondent: ContactId): Promise<string> {
    const routeKey = `${account} ${digest(correspondent)}`;
    const route = await this.state.get(ROUTES, routeKey);
    const known = route?.value.number;
    const candidates =
      typeof known === 'string' && this.numbers.includes(known)
        ? [known, ...this.numbers.filter((number) => number !== known)]
        : this.numbers;
    for (const number of candidates) {
      const key = digest(`${number} ${correspondent}`);
      if (!(await this.#take(key, account))) continue;
      if (known !== number || this.#isOld(route))
        await this.state.put(ROUTES, this.#entry(routeKey, account, { number, key }));
      return number;
    }
    throw new GatewayError('limit', { key: 'sms-conversation-taken' });
  }

  /** Whose conversation this is; undefined: nobody's, and nobody is told. */
  async ownerOf(number: string, correspondent: ContactId): Promise<AccountId | undefined> {
    const key = digest(`${number} ${correspondent}`);
    const entry = await this.state.get(CONVERSATIONS, key);
    if (entry?.account === undefined) return undefined;
    if (this.#isOld(entry)) await this.state.put(CONVERSATIONS, this.#entry(key, entry.account));
    return entry.account;
  }

  /** The user leaves: late answers to him must not reach whoever writes to the same people next. */
  async release(account: AccountId): Promise<void> {
    const prefix = `${account} `;
    for (let after = prefix; ; ) {
      const page = await this.state.list(ROUTES, after, PAGE);
      const own = page.filter(({ key }) => key.startsWith(prefix));
      for (const route of own) {
        const { key } = route.value;
        const expiresAt = this.now() + this.times.quarantineMs;
        if (typeof key === 'string' && (await this.state.get(CONVERSATIONS, key))?.account === account)
          await this.state.put(CONVERSATIONS, { key, value: {}, expiresAt });
        await this.state.delete(ROUTES, route.key);
        after = route.key;
      }
      if (own.length < PAGE) return;
    }
  }

  async #take(key: string, account: AccountId): Promise<boolean> {
    const entry = await this.state.get(CONVERSATIONS, key);
    if (entry === undefined) {
      if (await this.state.putIfAbsent(CONVERSATIONS, this.#entry(key, account))) return true;
      return (await this.state.get(CONVERSATIONS, key))?.account === account;
    }
    if (entry.account !== account) return false;
    if (this.#isOld(entry)) await this.state.put(CONVERSATIONS, this.#entry(key, account));
    return true;
  }

  #entry(key: string, account: AccountId, value: StateEntry['value'] = {}): StateEntry {
    const { idleMs, quarantineMs } = this.times;
    // Until nobody would answer any more it stays his: an answer after a long time is for him and nobody else.
    return { key, value, account, expiresAt: this.now() + idleMs + quarantineMs };
  }

  /** Whether its end should be put off; not with every message. */
  #isOld(entry: StateEntry | undefined): boolean {
    const { idleMs, quarantineMs } = this.times;
    return (entry?.expiresAt ?? 0) - this.now() < quarantineMs + idleMs / 2;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
