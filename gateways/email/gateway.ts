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
import { register } from './account/registration/register.js';
import { registrationForm } from './account/registration/registration-form.js';
import { EmailAddressCodec } from './address.js';
import { accountCommands } from './command/account-commands.js';
import { commandEnvironment } from './command/command-environment.js';
import { mailCommands } from './command/commands.js';
import type { EmailContext } from './context.js';
import { receiveMail } from './conversation/receive.js';
import { MailNetwork } from './mail-network.js';
import { makeContext, makeServices } from './make-context.js';
import type { EmailOptions } from './options.js';
import { EmailSession } from './session.js';

/** Email: users' own mailboxes, and addresses of the gateway's own domain. */
export class EmailGateway implements Gateway {
  readonly id = 'email';
  readonly identityType = 'smtp';
  readonly name = { key: 'email-name' };
  /** Groups of people who write to each other, and mailing lists. */
  readonly conferenceType = 'text';
  readonly defaultPolicy = 'registered';
  readonly messaging = 'stored';
  readonly letters = true;
  /** A mail sent twice with one Message-ID arrives twice with most providers. */
  readonly repeatable = false;
  /** Mail comes at any time. */
  readonly lasting = true;
  readonly contactType = 'pc';
  readonly prompt = {
    label: { key: 'email-prompt-label' },
    description: { key: 'email-prompt-description' },
  };
  readonly addresses = new EmailAddressCodec();
  readonly anonymousRooms = false;
  readonly locales = { en: localeText('en'), ru: localeText('ru') };
  readonly limitations = [
    { key: 'email-limitation-late' },
    { key: 'email-limitation-change' },
    { key: 'email-limitation-encryption' },
  ];
  readonly commands: readonly Command[];
  readonly #context: EmailContext;
  readonly #network: MailNetwork;
  readonly #sessions = new Set<EmailSession>();

  constructor(options: EmailOptions, environment: GatewayEnvironment) {
    const services = makeServices(options, environment);
    this.#network = new MailNetwork(services, (raw, origin) => receiveMail(this.#context, raw, origin));
    this.#context = makeContext(services, this.#network);
    this.commands = [...accountCommands(commandEnvironment(this.#context)), ...mailCommands(this.#context)];
  }

  registrationForm(account: AccountView | undefined): Form {
    return registrationForm(this.#context, account);
  }

  register(
    values: Readonly<Record<string, string>>,
    account: AccountView | undefined,
    user: UserView,
  ): Promise<Step<AccountChange>> {
    return register(this.#context, values, account, user);
  }

  createSession(account: AccountView, host: SessionHost): EmailSession {
    const session: EmailSession = new EmailSession(this.#context, account, host, () => {
      this.#sessions.delete(session);
    });
    this.#sessions.add(session);
    return session;
  }

  start(): void {
    this.#context.accounts.start();
    this.#network.start();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.disconnect()));
    await this.#network.close();
    await this.#context.accounts.close();
  }
}

function localeText(language: string): string {
  return readFileSync(fileURLToPath(new URL(`./locales/${language}.ftl`, import.meta.url)), 'utf8');
}
