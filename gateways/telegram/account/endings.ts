import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../../../src/gateway/gateway.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { type TgClient, TgError, type TgListener } from '../client/client.js';
import type { TgProxy } from '../client/options.js';
import type { ClientWish } from '../context.js';
import { parseProxies } from './proxy-links.js';

const ENDINGS = 'endings';
/** Read at a time. */
const PAGE = 50;
const DAY_MS = 86_400_000;

const ending = z.object({ session: z.string(), proxies: z.string(), language: z.string() });

/** A login that nobody uses any more. */
export interface Ending {
  readonly session: string;
  /** Of who had it, one link a line. */
  readonly proxies: string;
  readonly language: string;
}

/** What endings work with. */
export interface EndingServices {
  readonly state: NetworkState;
  readonly client: (wish: ClientWish) => TgClient;
  readonly log: Log;
  readonly now: () => number;
  /** Milliseconds between two tries, and days after which nobody tries any more. */
  readonly retryMs: number;
  readonly days: number;
}

/**
 * Logins that are to end on Telegram's side: by a registration that is gone, or has another login. Kept until Telegram
 * has heard of it, be it away for days; it belongs to no account, which may be erased by then.
 */
export class Endings {
  #running: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #client: TgClient | undefined;
  #closed = false;

  constructor(private readonly services: EndingServices) {}

  /** What the last run has left. */
  start(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when the ending is sure to come. Nothing else may use the session from now on. */
  async add(login: Ending): Promise<void> {
    const { state, now, days } = this.services;
    const key = createHash('sha256').update(login.session).digest('base64url');
    await state.put(ENDINGS, { key, value: { ...login }, expiresAt: now() + days * DAY_MS });
    this.start();
  }

  /** Breaks off; what is left waits for the next run. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.stop().catch(() => undefined);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, retryMs } = this.services;
    clearTimeout(this.#timer);
    let left = false;
    while (this.#again && !this.#closed) {
      this.#again = false;
      left = await this.#all().catch((error: unknown) => {
        log.warn({ err: error }, 'logins of Telegram that are to end could not be read');
        return true;
      });
    }
    if (!left || this.#closed) return;
    this.#timer = setTimeout(() => this.start(), retryMs);
    this.#timer.unref();
  }

  /** Tries each; whether any are left. */
  async #all(): Promise<boolean> {
    const { state } = this.services;
    let left = false;
    for (let after = ''; !this.#closed; ) {
      const page = await state.list(ENDINGS, after, PAGE);
      for (const { key, value } of page) {
        after = key;
        const { data } = ending.safeParse(value);
        if (this.#closed) return true;
        if (data && !(await this.#end(data))) left = true;
        else await state.delete(ENDINGS, key);
      }
      if (page.length < PAGE) break;
    }
    return left;
  }

  /** Whether Telegram knows of it. */
  async #end({ session, proxies, language }: Ending): Promise<boolean> {
    const parsed = parseProxies(proxies);
    const named: readonly TgProxy[] = 'proxies' in parsed ? parsed.proxies : [];
    try {
      this.#client = this.services.client({
        session,
        language,
        proxies: named,
        listener: DEAF,
        hashes: NO_HASHES,
      });
      await this.#client.logOut();
      return true;
    } catch (error) {
      const later = error instanceof TgError && (error.kind === 'unreachable' || error.kind === 'wait');
      if (!later && !(error instanceof TgError && error.kind === 'lost'))
        this.services.log.warn(
          { reason: error instanceof Error ? error.message : '' },
          'a login of Telegram could not be ended',
        );
      return !later;
    } finally {
      await this.#client?.stop().catch(() => undefined);
      this.#client = undefined;
    }
  }
}

const nothing = (): undefined => undefined;
const DEAF: TgListener = {
  ...{ event: nothing, state: nothing, lost: nothing, session: nothing },
  ...{ reached: nothing, channelReached: nothing },
};
const NO_HASHES: ClientWish['hashes'] = { load: async () => undefined, save: async () => undefined };
