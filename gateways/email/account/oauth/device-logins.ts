import type { DeviceCode, OAuthClient, Tokens } from './oauth-client.js';
import { oauthError } from './oauth-failure.js';
import type { OAuthOptions } from './options.js';

/** RFC 8628 §3.5: what `slow_down` adds. */
const SLOWER_MS = 5_000;
/** A provider that names no pause, or nought, is not asked in a loop. */
const MIN_INTERVAL_MS = 1_000;
/** Longest texts that are shown to a user. */
const MAX_SHOWN = 200;

/** What has become of a login. */
export type DeviceOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'agreed'; readonly tokens: Tokens }
  | { readonly kind: 'over'; readonly reason: 'denied' | 'failed' | 'expired' };

/** The user, or the provider, only needs more time (RFC 8628 §3.5, RFC 6749 §4.1.2.1). */
const COMING: ReadonlySet<string> = new Set([
  'authorization_pending',
  'temporarily_unavailable',
  'server_error',
]);

/** A user's agreement on another device that is waited for (RFC 8628). */
export interface DeviceLogin {
  readonly link: string;
  readonly userCode: string;
  /** Waits a while for the end, if it has not come yet. */
  outcome(): Promise<DeviceOutcome>;
}

interface Waiting {
  timer: NodeJS.Timeout | undefined;
  settle(outcome: DeviceOutcome): void;
}

/** Polls as each provider says, until the user has agreed or may no longer. */
export class DeviceLogins {
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly options: OAuthOptions) {}

  /** Undefined when too many wait. Rejects as {@link OAuthClient} does, also for an answer that cannot be shown. */
  async ask(client: OAuthClient): Promise<DeviceLogin | undefined> {
    if (this.#waiting.size >= this.options.agreeAtOnce) return undefined;
    const code = await client.deviceCode();
    const { protocol } = new URL(code.link);
    const shown = protocol === 'https:' || protocol === 'http:';
    if (!shown || code.link.length > MAX_SHOWN || code.userCode.length > MAX_SHOWN)
      throw new Error('nothing to show');
    return this.#wait(client, code);
  }

  /** Stops polling. */
  stop(): void {
    for (const waiting of [...this.#waiting]) waiting.settle({ kind: 'over', reason: 'expired' });
  }

  #wait(client: OAuthClient, code: DeviceCode): DeviceLogin {
    let known: DeviceOutcome = { kind: 'open' };
    let tell: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const waiting: Waiting = {
      timer: undefined,
      settle: (outcome) => {
        if (!this.#waiting.delete(waiting)) return;
        clearTimeout(waiting.timer);
        known = outcome;
        tell();
      },
    };
    const latest = Date.now() + this.options.agreeMinutes * 60_000;
    this.#waiting.add(waiting);
    this.#pollAfter(waiting, client, code, Math.max(code.intervalMs, MIN_INTERVAL_MS), latest);
    return {
      link: code.link,
      userCode: code.userCode,
      outcome: async () => {
        if (known.kind === 'open') await within(ended, this.options.waitMs);
        return known;
      },
    };
  }

  #pollAfter(
    waiting: Waiting,
    client: OAuthClient,
    code: DeviceCode,
    intervalMs: number,
    latest: number,
  ): void {
    if (Date.now() + intervalMs > Math.min(code.expiresAt, latest)) {
      waiting.settle({ kind: 'over', reason: 'expired' });
      return;
    }
    waiting.timer = setTimeout(() => {
      client.poll(code.deviceCode).then(
        (tokens) => waiting.settle({ kind: 'agreed', tokens }),
        (error: unknown) => {
          if (!this.#waiting.has(waiting)) return;
          const said = oauthError(error);
          if (said === 'access_denied') waiting.settle({ kind: 'over', reason: 'denied' });
          else if (said === 'expired_token') waiting.settle({ kind: 'over', reason: 'expired' });
          else if (said === undefined || COMING.has(said))
            this.#pollAfter(waiting, client, code, intervalMs, latest);
          else if (said === 'slow_down')
            this.#pollAfter(waiting, client, code, intervalMs + SLOWER_MS, latest);
          else waiting.settle({ kind: 'over', reason: 'failed' });
        },
      );
    }, intervalMs);
    waiting.timer.unref();
  }
}

async function within(ended: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    ended,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}
