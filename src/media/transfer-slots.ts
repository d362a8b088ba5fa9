import { fileErrors } from '../core/media/file-errors.js';

/** How many transfers there may be at a time. */
export interface TransferSlotsOptions {
  readonly transfers: number;
  readonly transfersPerUser: number;
  /** Beyond it a further one is refused. */
  readonly waitingPerUser: number;
}

interface User {
  active: number;
  waiting: number;
}

/** Lets transfers run a few at a time, fairly: one user's hundred never stand before another's one. */
export class TransferSlots {
  readonly #users = new Map<string, User>();
  /** In the order in which they came. */
  readonly #waiting: { readonly user: User; readonly start: () => void }[] = [];
  #active = 0;

  constructor(private readonly options: TransferSlotsOptions) {}

  /** Runs it when its turn comes. @throws {GatewayError} when too many of this user wait, or what `work` throws */
  async run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const user = this.#users.get(owner) ?? { active: 0, waiting: 0 };
    this.#users.set(owner, user);
    if (!this.#free(user)) {
      if (user.waiting >= this.options.waitingPerUser) throw fileErrors.busy();
      user.waiting += 1;
      // Counted as active by whoever gives the turn, so that nobody slips in between.
      await new Promise<void>((start) => this.#waiting.push({ user, start }));
    } else this.#take(user);
    try {
      return await work();
    } finally {
      this.#active -= 1;
      user.active -= 1;
      this.#next();
      if (user.active === 0 && user.waiting === 0) this.#users.delete(owner);
    }
  }

  #free(user: User): boolean {
    return this.#active < this.options.transfers && user.active < this.options.transfersPerUser;
  }

  #take(user: User): void {
    this.#active += 1;
    user.active += 1;
  }

  #next(): void {
    const index = this.#waiting.findIndex(({ user }) => this.#free(user));
    const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (!next) return;
    next.user.waiting -= 1;
    this.#take(next.user);
    next.start();
  }
}
