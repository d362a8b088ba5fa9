import type { GatewayEnvironment } from '../../src/gateway/gateway.js';
import type { Endings } from './account/endings.js';
import type { Logins } from './account/logins.js';
import type { Progress } from './account/progress.js';
import type { SessionVault } from './account/session-vault.js';
import type { TgClient } from './client/client.js';
import type { TgClientOptions, TgProxy } from './client/options.js';
import type { EmojiNames } from './conversation/emoji-names.js';
import type { TelegramOptions } from './options.js';

/** What differs between the clients of accounts. */
export interface ClientWish extends Pick<TgClientOptions, 'session' | 'listener' | 'hashes'> {
  /** The user's own; those of the operator follow. */
  readonly proxies: readonly TgProxy[];
  /** How long requests wait for a connection, instead of what the operator has said for all (ms). */
  readonly patienceMs?: number;
  /** BCP 47. */
  readonly language: string;
}

/** What the parts of one Telegram gateway share. */
export interface TelegramContext {
  readonly options: TelegramOptions;
  readonly environment: GatewayEnvironment;
  readonly logins: Logins;
  readonly endings: Endings;
  readonly vault: SessionVault;
  readonly progress: Progress;
  readonly emojis: EmojiNames;
  /** A client that is not connected yet. @throws {Error} for a session that is none */
  client(wish: ClientWish): TgClient;
  /** UTC milliseconds. */
  now(): number;
}
