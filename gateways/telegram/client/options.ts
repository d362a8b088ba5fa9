import type { TgListener } from './client.js';
import type { PeerId } from './model.js';
import type { TurnLimits, Turns } from './turns.js';

/** A way to Telegram. `direct` among others: it has its turn too. */
export type TgProxy =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'socks5' | 'http';
      readonly host: string;
      readonly port: number;
      readonly user?: string | undefined;
      readonly password?: string | undefined;
    }
  /** `secret` in hexadecimal or base64url, also with `dd` (padded) or `ee` (fake TLS) in front. */
  | { readonly kind: 'mtproxy'; readonly host: string; readonly port: number; readonly secret: string };

/** Where a data centre is found. */
export interface TgEndpoint {
  readonly centre: number;
  /** An IPv4 or IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** Which servers are Telegram, and the bounds of talking to them. One for all accounts. */
export interface TgNetwork {
  /** Instead of Telegram's own data centres; what the server says of others is then not believed. */
  readonly servers?: {
    readonly endpoints: readonly TgEndpoint[];
    /** The RSA key by which they are known, in PEM. */
    readonly publicKey: string;
  };
  /** Whether addresses of IPv6 are tried, before those of IPv4. */
  readonly ipv6: boolean;
  /** Address of a proxy's name. Rejects for one that may not be connected to. */
  resolve(host: string): Promise<string>;
  readonly limits: TgLimits;
  /** In which order accounts connect that do so at the same time. */
  readonly turns: Turns;
}

/** Bounds of one account's client. Times are milliseconds. */
export interface TgLimits {
  /** Until a connection stands, with its proxy and its key. */
  readonly connectMs: number;
  /** Until a request is answered; parts of files have twice that. */
  readonly requestMs: number;
  /** How long a request waits for a connection before it fails. */
  readonly patienceMs: number;
  /** Between two signs of life. */
  readonly pingMs: number;
  /** Before the first and the last of the tries to connect again; jitter comes on top. */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
  /** How long a connection for files stays open without use. */
  readonly filesIdleMs: number;
  /** Requests of one account: at a time, and per second in the long run. */
  readonly burst: number;
  readonly perSecond: number;
  /** Requests that may wait for their turn. */
  readonly mostWaiting: number;
  /** A wait that the server imposes is kept silently up to there; a longer one is an error. */
  readonly silentWaitMs: number;
  /** How long an event that is missing may still come by itself. */
  readonly gapMs: number;
  /** Events of one box that may wait to be taken. */
  readonly mostEvents: number;
  /** People and chats held in memory. */
  readonly mostKnown: number;
}

/** What serves accounts well on Telegram. */
export const DEFAULT_LIMITS: TgLimits = {
  ...{ connectMs: 20_000, requestMs: 30_000, patienceMs: 10_000, pingMs: 60_000 },
  ...{ retryFirstMs: 1_000, retryLastMs: 120_000, filesIdleMs: 30_000 },
  ...{ burst: 40, perSecond: 15, mostWaiting: 1_000, silentWaitMs: 5_000 },
  ...{ gapMs: 500, mostEvents: 1_000, mostKnown: 2_000 },
};

/** How many accounts connect at a time, and per second. */
export const DEFAULT_TURNS: TurnLimits = { atOnce: 50, perSecond: 20 };

/**
 * Access hashes that requests need to name people and channels (core.telegram.org/api/peers), over restarts. Losing
 * some is no harm: they are asked of the server again by the list of dialogues and contacts.
 */
export interface TgHashStore {
  load(peer: PeerId): Promise<string | undefined>;
  /** Called with what is new, some seconds after it was heard. */
  save(hashes: ReadonlyMap<PeerId, string>): Promise<void>;
}

/** What a client of one account is given. */
export interface TgClientOptions {
  /** The operator's, from my.telegram.org. */
  readonly api: { readonly id: number; readonly hash: string };
  /** How the account's other devices see this one. */
  readonly device: {
    readonly model: string;
    readonly system: string;
    readonly app: string;
    readonly language: string;
  };
  /** As told by `TgListener.session`; undefined: to be logged in. */
  readonly session?: string;
  readonly listener: TgListener;
  readonly hashes: TgHashStore;
  /** In order of preference; none: directly. */
  readonly proxies: readonly TgProxy[];
  readonly network: TgNetwork;
}
