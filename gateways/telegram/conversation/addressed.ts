import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { PeerId } from '../client/model.js';

const ADDRESSED = 'addressed';
/** People of whom is known without looking. */
const REMEMBERED = 500;

/** Whom an account has written to from here. */
export class Addressed {
  readonly #known = new Map<string, boolean>();

  constructor(
    private readonly state: NetworkState,
    private readonly account: AccountId,
    private readonly me: () => PeerId,
  ) {}

  async has(person: PeerId): Promise<boolean> {
    const key = this.#key(person);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const has = (await this.state.get(ADDRESSED, key)) !== undefined;
    this.#remember(key, has);
    return has;
  }

  /** Resolves when it is written down. */
  async note(person: PeerId): Promise<void> {
    if (await this.has(person)) return;
    const key = this.#key(person);
    await this.state.put(ADDRESSED, { key, account: this.account, value: {} });
    this.#remember(key, true);
  }

  #key(person: PeerId): string {
    return `${this.account} ${this.me()} ${person}`;
  }

  #remember(key: string, has: boolean): void {
    this.#known.set(key, has);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED) return;
      this.#known.delete(oldest);
    }
  }
}
