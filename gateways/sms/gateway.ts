import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Form, Step } from '../../src/gateway/form.js';
import type {
  AccountChange,
  AccountView,
  Command,
  Gateway,
  GatewayEnvironment,
} from '../../src/gateway/gateway.js';
import type { SessionHost } from '../../src/gateway/session.js';
import { Claims } from './account/claims.js';
import { OwnAccounts } from './account/own-accounts.js';
import { register, registrationForm } from './account/registration.js';
import { SmsAddressCodec } from './address.js';
import { CarrierLine, type LineListener } from './carrier/line.js';
import { makeCarrier } from './carrier/make-carrier.js';
import { smsCommands } from './command/commands.js';
import type { SmsContext } from './context.js';
import { receive } from './inbound/receive.js';
import { Conversations } from './number/conversations.js';
import { NumberBook } from './number/number-book.js';
import { conversationTimes, numberRules, sharedNumbers } from './number/operator-numbers.js';
import { OptOuts } from './number/opt-outs.js';
import { type SmsOptions, seenMs } from './options.js';
import { Outgoing } from './policy/outgoing.js';
import { SmsSession } from './session.js';

const MINUTE_MS = 60_000;

/** The telephone network: texts and, where the carrier has MMS, pictures. */
export class SmsGateway implements Gateway {
  readonly id = 'sms';
  readonly identityType = 'sms';
  readonly name = { key: 'sms-name' };
  readonly defaultPolicy = 'registered';
  readonly messaging = 'stored';
  /** No carrier promises that the same text sent twice arrives once. */
  readonly repeatable = false;
  /** Texts come at any time, and to whom should not depend on who is online. */
  readonly lasting = true;
  readonly contactType = 'sms';
  readonly prompt = { label: { key: 'sms-prompt-label' }, description: { key: 'sms-prompt-description' } };
  readonly addresses: SmsAddressCodec;
  readonly anonymousRooms = false;
  readonly limitations = [{ key: 'sms-limitation-segments' }, { key: 'sms-limitation-plain' }];
  readonly locales = { en: localeText('en'), ru: localeText('ru') };
  readonly commands: readonly Command[];
  readonly #context: SmsContext;
  readonly #lines = new Map<string, CarrierLine>();
  readonly #sessions = new Set<SmsSession>();

  constructor(options: SmsOptions, environment: GatewayEnvironment) {
    const { state } = environment;
    const now = Date.now;
    this.addresses = new SmsAddressCodec(options.region);
    const { codeMinutes, tries, codesPerDay } = options.claims;
    this.#context = {
      options,
      environment,
      region: options.region,
      numbers: new NumberBook(state, numberRules(options), now),
      conversations: new Conversations(state, sharedNumbers(options), conversationTimes(options), now),
      optOuts: new OptOuts(state),
      claims: new Claims(state, { codeMs: codeMinutes * MINUTE_MS, tries, codesPerDay }, now),
      outgoing: new Outgoing(options, state, now),
      ownAccounts: new OwnAccounts(),
      lines: this.#lines,
    };
    this.commands = smsCommands(this.#context);
    const listener = this.#listener();
    for (const [name, carrier] of Object.entries(options.carriers)) {
      const own = options.numbers.filter((listed) => listed.carrier === name);
      const numbers = own.map(({ number }) => number);
      const place = { name, path: name, numbers, seenMs: seenMs(options) };
      this.#lines.set(name, new CarrierLine(name, makeCarrier(environment, carrier, place), listener));
    }
  }

  registrationForm(account: AccountView | undefined): Form {
    return registrationForm(this.#context, account);
  }

  register(
    values: Readonly<Record<string, string>>,
    account: AccountView | undefined,
  ): Promise<Step<AccountChange>> {
    return register(this.#context, values, account);
  }

  createSession(account: AccountView, host: SessionHost): SmsSession {
    const session: SmsSession = new SmsSession(this.#context, account, host, () => {
      this.#sessions.delete(session);
    });
    this.#sessions.add(session);
    return session;
  }

  start(): void {
    for (const line of this.#lines.values()) line.start();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.disconnect()));
    await Promise.all([...this.#lines.values()].map((line) => line.stop()));
  }

  #listener(): LineListener {
    const { host } = this.#context.environment;
    return {
      message: (line, message) => receive(this.#context, line, message),
      report: (_line, id, { outcome, error }) =>
        host.report({ type: 'delivery-report', message: id, outcome, ...(error && { error }) }),
      state: (line, state) => {
        this.#context.environment.log.info({ carrier: line.name, state: state.state }, 'a carrier changed');
        for (const session of this.#sessions) session.lineChanged();
      },
    };
  }
}

function localeText(language: string): string {
  return readFileSync(fileURLToPath(new URL(`./locales/${language}.ftl`, import.meta.url)), 'utf8');
}
