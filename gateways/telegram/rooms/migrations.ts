import { z } from 'zod';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { PeerId } from '../client/model.js';

const MIGRATIONS = 'migrations';
/** Basic groups of one account; of more, those seen first are forgotten. */
const MOST = 2_000;

const group = z.string().regex(/^g[1-9]\d{0,18}$/);
const supergroup = z.string().regex(/^c[1-9]\d{0,18}$/);
const schema = z.object({
  user: z.string(),
  known: z.array(group).catch([]),
  moved: z.record(group, supergroup).catch({}),
});

/**
 * Basic groups that have become supergroups, which have other numbers and boxes on Telegram. Whoever knew the group
 * keeps its room, under the address that it had; who sees the supergroup for the first time knows it by its own.
 */
export class Migrations {
  readonly #known = new Set<PeerId>();
  readonly #moved = new Map<PeerId, PeerId>();
  readonly #former = new Map<PeerId, PeerId>();
  #writing: Promise<void> = Promise.resolve();

  /** `user` is the account on Telegram: another one has had other groups. */
  constructor(
    private readonly state: Pick<NetworkState, 'get' | 'put'>,
    private readonly account: AccountId,
    private readonly user: PeerId,
  ) {}

  /** What was written down. To be called once, before all else. Rejects with the store's error. */
  async load(): Promise<void> {
    const entry = await this.state.get(MIGRATIONS, String(this.account));
    const { data } = schema.safeParse(entry?.value);
    if (data?.user !== this.user) return;
    for (const one of data.known) this.#known.add(one as PeerId);
    for (const [from, to] of Object.entries(data.moved)) this.#take(from as PeerId, to as PeerId);
  }

  /** The chat whose number is that of the room: what a supergroup was before, for who knew it then. */
  roomOf(chat: PeerId): PeerId {
    return this.#former.get(chat) ?? chat;
  }

  /** The chat in which words for that room are said now. */
  chatOf(room: PeerId): PeerId {
    return this.#moved.get(room) ?? room;
  }

  /** These basic groups have rooms here. Resolves when that is written down. Rejects with the store's error. */
  async knows(groups: readonly PeerId[]): Promise<void> {
    const fresh = groups.filter((one) => one.startsWith('g') && !this.#known.has(one));
    if (fresh.length === 0) return;
    for (const one of fresh) this.#known.add(one);
    bound(this.#known);
    try {
      await this.#write();
    } catch (error) {
      for (const one of fresh) this.#known.delete(one);
      throw error;
    }
  }

  /**
   * A group has become that supergroup. Resolves with true when its room goes on there from now on, which is written
   * down then. Rejects with the store's error.
   */
  async moved(from: PeerId, to: PeerId): Promise<boolean> {
    if (this.#moved.has(from) || !this.#known.has(from)) return false;
    this.#take(from, to);
    try {
      await this.#write();
    } catch (error) {
      this.#moved.delete(from);
      this.#former.delete(to);
      throw error;
    }
    return true;
  }

  #take(from: PeerId, to: PeerId): void {
    this.#moved.set(from, to);
    this.#former.set(to, from);
    bound(this.#moved);
    bound(this.#former);
  }

  /** One after the other, so that the last word is written last. */
  #write(): Promise<void> {
    const value = {
      user: this.user,
      known: [...this.#known],
      moved: Object.fromEntries(this.#moved),
    };
    const { account } = this;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => this.state.put(MIGRATIONS, { key: String(account), account, value }));
    return this.#writing;
  }
}

/** Forgets the oldest of too many. */
function bound(kept: {
  readonly size: number;
  keys(): Iterable<PeerId>;
  delete(one: PeerId): boolean;
}): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
}
