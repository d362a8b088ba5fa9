import { z } from 'zod';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { PeerId } from '../client/model.js';

const BLOCKED = 'blocked';
/** People who are remembered as blocked. Who is beyond them and let in elsewhere meanwhile stays blocked here. */
const MOST = 5_000;

const schema = z.object({ user: z.string(), people: z.array(z.string()) });

/**
 * Whom an account keeps away, as it was told last: Telegram says who is blocked, but of those who are let in again while
 * nobody listens it says nothing.
 */
export class BlockedPeople {
  #known: Set<PeerId> | undefined;

  constructor(
    private readonly state: NetworkState,
    private readonly account: AccountId,
    private readonly user: PeerId,
    private readonly tell: (person: PeerId, blocked: boolean) => Promise<void> | undefined,
  ) {}

  /** Takes the whole list. */
  async listed(people: readonly PeerId[]): Promise<void> {
    const before = await this.#read();
    const now = new Set(people);
    for (const person of before) if (!now.has(person)) await this.tell(person, false);
    for (const person of now) await this.tell(person, true);
    if (isSame(before, now)) return;
    await this.#keep(now);
  }

  /** One of them has changed. */
  async changed(person: PeerId, blocked: boolean): Promise<void> {
    const people = new Set(await this.#read());
    await this.tell(person, blocked);
    if (people.has(person) === blocked) return;
    if (blocked) people.add(person);
    else people.delete(person);
    await this.#keep(people);
  }

  async #read(): Promise<ReadonlySet<PeerId>> {
    if (this.#known) return this.#known;
    const entry = await this.state.get(BLOCKED, String(this.account));
    const { data } = schema.safeParse(entry?.value);
    this.#known = new Set(data?.user === this.user ? (data.people as PeerId[]) : []);
    return this.#known;
  }

  async #keep(people: Set<PeerId>): Promise<void> {
    const { account, user } = this;
    this.#known = people;
    const value = { user, people: [...people].slice(0, MOST) };
    await this.state.put(BLOCKED, { key: String(account), value, account });
  }
}

function isSame(one: ReadonlySet<PeerId>, other: ReadonlySet<PeerId>): boolean {
  return one.size === other.size && [...one].every((person) => other.has(person));
}
