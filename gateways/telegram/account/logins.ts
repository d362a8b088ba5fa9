import type { TgClient, TgListener } from '../client/client.js';
import type { TgHashStore } from '../client/options.js';
import { LoginAttempt } from './login-attempt.js';

/** Bounds of {@link Logins}. */
export interface LoginLimits {
  readonly atATime: number;
  /** Milliseconds until a login has to begin anew. */
  readonly lifetimeMs: number;
}

/** Logins under way: one of each user, for a while. */
export class Logins {
  readonly #attempts = new Map<string, { readonly attempt: LoginAttempt; readonly timer: NodeJS.Timeout }>();

  constructor(private readonly limits: LoginLimits) {}

  /** Begins one, and ends what the user had begun before. Undefined when too many others are under way. */
  begin(
    user: string,
    make: (listener: TgListener, hashes: TgHashStore) => TgClient,
  ): LoginAttempt | undefined {
    void this.end(user);
    if (this.#attempts.size >= this.limits.atATime) return undefined;
    const attempt = new LoginAttempt(make);
    const timer = setTimeout(() => void this.end(user), this.limits.lifetimeMs);
    timer.unref();
    this.#attempts.set(user, { attempt, timer });
    return attempt;
  }

  /** Ends what a user has begun, if it is that. Never rejects. */
  async end(user: string, attempt?: LoginAttempt): Promise<void> {
    const known = this.#attempts.get(user);
    if (!known || (attempt && known.attempt !== attempt)) return;
    clearTimeout(known.timer);
    this.#attempts.delete(user);
    await known.attempt.end();
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#attempts.keys()].map((user) => this.end(user)));
  }
}
