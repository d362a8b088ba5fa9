import { readFileSync } from 'node:fs';
import type { Form, FormValues, Step } from '../../src/gateway/form.js';
import type {
  AccountChange,
  AccountView,
  Command,
  Gateway,
  GatewayEnvironment,
  UserView,
} from '../../src/gateway/gateway.js';
import type { Session, SessionHost } from '../../src/gateway/session.js';
import type { Text } from '../../src/gateway/text.js';
import { register, registrationForm } from './account/registration.js';
import { IrcAddressCodec } from './address.js';
import { ircCommands } from './commands/commands.js';
import { IrcContext } from './link/context.js';
import type { IrcOptions } from './options.js';
import { IrcSession } from './session.js';

/** IRC: all networks, or one, behind one domain. */
export class IrcGateway implements Gateway {
  readonly id = 'irc';
  readonly identityType = 'irc';
  readonly name: Text;
  readonly conferenceType = 'irc';
  readonly defaultPolicy = 'open';
  readonly messaging = 'live';
  readonly repeatable = false;
  readonly lasting = false;
  readonly contactType = 'pc';
  readonly prompt = { label: { key: 'irc-prompt-label' }, description: { key: 'irc-prompt-description' } };
  readonly addresses: IrcAddressCodec;
  readonly anonymousRooms = true;
  readonly locales = { en: localeText('en'), ru: localeText('ru') };
  readonly commands: readonly Command[];
  readonly #context: IrcContext;

  constructor(options: IrcOptions, environment: GatewayEnvironment) {
    this.addresses = new IrcAddressCodec(options.fixedServer);
    this.name =
      options.fixedServer === undefined
        ? { key: 'irc-name' }
        : { key: 'irc-name-fixed', args: { server: options.fixedServer } };
    this.#context = new IrcContext(options, this.addresses, environment);
    this.commands = ircCommands(this.#context);
  }

  registrationForm(account: AccountView | undefined): Form {
    return registrationForm(this.#context, account);
  }

  register(
    values: FormValues,
    account: AccountView | undefined,
    user: UserView,
  ): Promise<Step<AccountChange>> {
    return register(this.#context, values, account, user.suggestedName);
  }

  createSession(account: AccountView, host: SessionHost): Session {
    return new IrcSession(this.#context, account, host);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

function localeText(language: string): string {
  return readFileSync(new URL(`./locales/${language}.ftl`, import.meta.url), 'utf8');
}
