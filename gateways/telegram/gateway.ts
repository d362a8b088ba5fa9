import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Form, Step } from '../../src/gateway/form.js';
import type {
  AccountChange,
  AccountView,
  Command,
  Gateway,
  GatewayEnvironment,
  UserView,
} from '../../src/gateway/gateway.js';
import type { SessionHost } from '../../src/gateway/session.js';
import { Endings } from './account/endings.js';
import { forsake } from './account/forsake.js';
import { Logins } from './account/logins.js';
import { Progress } from './account/progress.js';
import { register } from './account/registration.js';
import { registrationForm } from './account/registration-form.js';
import { SessionVault } from './account/session-vault.js';
import { TelegramAddressCodec } from './address.js';
import type { TgClient } from './client/client.js';
import { Turns } from './client/turns.js';
import { telegramCommands } from './command/commands.js';
import type { ClientWish, TelegramContext } from './context.js';
import { EmojiNames } from './conversation/emoji-names.js';
import { makeClient } from './make-client.js';
import type { TelegramOptions } from './options.js';
import { TelegramSession } from './session.js';

const MINUTE_MS = 60_000;

/** Telegram: each user's whole account, or a bot. */
export class TelegramGateway implements Gateway {
  readonly id = 'telegram';
  readonly identityType = 'telegram';
  readonly name = { key: 'telegram-name' };
  readonly conferenceType = 'text';
  readonly defaultPolicy = 'registered';
  readonly messaging = 'stored';
  /** Each message has a number of its own, made from its key, by which Telegram drops what it has already. */
  readonly repeatable = true;
  /** Messages come at any time. */
  readonly lasting = true;
  readonly contactType = 'phone';
  readonly prompt = {
    label: { key: 'telegram-prompt-label' },
    description: { key: 'telegram-prompt-description' },
  };
  readonly addresses = new TelegramAddressCodec();
  readonly anonymousRooms = false;
  readonly limitations = [
    { key: 'telegram-limitation-secret' },
    { key: 'telegram-limitation-calls' },
    { key: 'telegram-limitation-online' },
  ];
  readonly locales = { en: localeText('en'), ru: localeText('ru') };
  readonly commands: readonly Command[];
  readonly #context: TelegramContext;
  readonly #sessions = new Set<TelegramSession>();

  constructor(options: TelegramOptions, environment: GatewayEnvironment) {
    const { minutes, atATime, endRetryMs, endDays } = options.logins;
    const turns = new Turns(options.connecting);
    const client = (wish: ClientWish): TgClient => makeClient(options, environment, turns, wish);
    this.#context = {
      options,
      environment,
      logins: new Logins({ atATime, lifetimeMs: minutes * MINUTE_MS }),
      endings: new Endings({
        ...{ state: environment.state, client, log: environment.log, now: Date.now },
        ...{ retryMs: endRetryMs, days: endDays },
      }),
      vault: new SessionVault(environment.state),
      progress: new Progress(environment.state),
      emojis: new EmojiNames(),
      client,
      now: Date.now,
    };
    this.commands = telegramCommands(this.#context);
  }

  registrationForm(account: AccountView | undefined): Form {
    return registrationForm(this.#context, account);
  }

  register(
    values: Readonly<Record<string, string>>,
    account: AccountView | undefined,
    user: UserView,
  ): Promise<Step<AccountChange>> {
    return register(this.#context, values, account, user, (before) => this.#forsake(before));
  }

  start(): void {
    this.#context.endings.start();
  }

  createSession(account: AccountView, host: SessionHost): TelegramSession {
    const session: TelegramSession = new TelegramSession(this.#context, account, host, () => {
      this.#sessions.delete(session);
    });
    this.#sessions.add(session);
    return session;
  }

  /** The user has another login. A session that is at work ends the one before itself. */
  async #forsake(before: AccountView): Promise<void> {
    if ([...this.#sessions].some(({ account, open }) => open && account.id === before.id)) return;
    await forsake(this.#context, before);
  }

  async close(): Promise<void> {
    await this.#context.logins.close();
    await Promise.all([...this.#sessions].map((session) => session.disconnect()));
    await this.#context.endings.close();
  }
}

function localeText(language: string): string {
  return readFileSync(fileURLToPath(new URL(`./locales/${language}.ftl`, import.meta.url)), 'utf8');
}
