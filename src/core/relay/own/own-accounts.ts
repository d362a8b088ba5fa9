import { createHash } from 'node:crypto';
import { GatewayError } from '../../../gateway/error.js';
import type { FormStep, FormValues, Step } from '../../../gateway/form.js';
import type { Log } from '../../../gateway/gateway.js';
import type { ConnectionState } from '../../../gateway/session.js';
import type { NetworkState } from '../../../gateway/state.js';
import type { Text } from '../../../gateway/text.js';
import { Jid } from '../../../xmpp/jid.js';
import { mapStep } from '../../command/service-command.js';
import { Bot } from '../network/bot.js';
import type { NetworkPort } from '../network/port.js';
import type { Operators } from '../operators.js';
import { logInWith } from './configured-login.js';

/** Local part of the relays' own address. */
const OWN_NAME = 'relay';
/** What of the configuration has been used for a login, by domain. */
const BUCKET = 'accounts';

/** What the relays' own accounts need of the world. */
export interface OwnAccountsServices {
  /** The relays' own domain. */
  readonly domain: string;
  ports(): Iterable<NetworkPort>;
  /** Values of registration forms as the operator has configured them, by domain. */
  readonly configured: Readonly<Record<string, FormValues>>;
  readonly state: NetworkState;
  readonly operators: Operators;
  readonly log: Log;
  /** Between tries of a configured login while the network is away (ms). */
  readonly retryMs: number;
}

/** How the relays' account on one network is. */
export interface OwnAccountReport {
  readonly domain: string;
  /** Undefined: nobody has logged it in. */
  readonly state: ConnectionState | undefined;
}

/** The relays' own accounts on networks: logged in by the operator, kept connected, and shared by all legs there. */
export class OwnAccounts {
  readonly #bots = new Map<string, Bot>();
  readonly #retries = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(private readonly services: OwnAccountsServices) {}

  /** Whose account it is on every network. */
  get owner(): Jid {
    return new Jid(OWN_NAME, this.services.domain, '');
  }

  /** Connects what is logged in, and logs in what the operator has configured. Rejects with the store's error. */
  async start(): Promise<void> {
    for (const port of this.services.ports()) {
      if (port.login.needed && (await port.login.registered(this.owner))) await this.#keep(port);
      const values = this.services.configured[port.domain];
      if (values) void this.#logInConfigured(port, values);
    }
    for (const domain of Object.keys(this.services.configured))
      if (!this.#port(domain)) this.services.log.warn({ domain }, 'an account is configured for no network');
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const retry of this.#retries.values()) clearTimeout(retry);
    await Promise.all([...this.#bots.values()].map((bot) => bot.stop()));
  }

  /** The account that all legs on a network share. */
  botOf(port: NetworkPort): Bot {
    const known = this.#bots.get(port.domain);
    if (known) return known;
    const bot = new Bot(this.owner, port, {
      notice: (text) => this.#tell({ key: 'relay-account-notice', args: this.#args(port, text) }),
      state: (state) => this.#changed(port, state),
    });
    this.#bots.set(port.domain, bot);
    return bot;
  }

  /** Domains where an account can be logged in. */
  get domains(): readonly string[] {
    return [...this.services.ports()].map(({ domain }) => domain);
  }

  /** Networks that need one, and those that have one. Rejects with the store's error. */
  async report(): Promise<readonly OwnAccountReport[]> {
    const found: OwnAccountReport[] = [];
    for (const port of this.services.ports()) {
      const registered = await port.login.registered(this.owner);
      if (!registered && !port.login.needed) continue;
      const state = registered ? this.botOf(port).connection : undefined;
      found.push({ domain: port.domain, state });
    }
    return found;
  }

  /**
   * The dialogue that logs it in; when it is over the account is connected.
   * @throws {GatewayError} `not-found` for no network of this gateway
   */
  async login(domain: string): Promise<FormStep<void>> {
    const port = this.#get(domain);
    return {
      kind: 'form',
      form: await port.login.form(this.owner),
      submit: (values) => this.#submitted(port, values),
    };
  }

  /** Logs it out for good. False: there was none. @throws {GatewayError} */
  async logout(domain: string): Promise<boolean> {
    const port = this.#get(domain);
    if (!(await port.login.forget(this.owner))) return false;
    await this.botOf(port).end({ key: 'relay-account-missing', args: { domain } });
    return true;
  }

  async #submitted(port: NetworkPort, values: FormValues): Promise<Step<void>> {
    return mapStep(await port.login.submit(this.owner, values), () => this.#keep(port));
  }

  async #keep(port: NetworkPort): Promise<void> {
    if (!this.#stopped) await this.botOf(port).keep();
  }

  /** Never rejects. */
  async #logInConfigured(port: NetworkPort, values: FormValues): Promise<void> {
    const { state, log, operators, retryMs } = this.services;
    const { domain, login } = port;
    if (this.#stopped) return;
    try {
      const used = fingerprint(values);
      const before = await state.get(BUCKET, domain);
      if (before?.value.used === used && (await login.registered(this.owner))) return;
      const problem = await logInWith(login, this.owner, values);
      if (problem) {
        operators.tell({ key: 'relay-account-not-in', args: this.#args(port, problem) });
        return;
      }
      await state.put(BUCKET, { key: domain, value: { used } });
      await this.#keep(port);
      log.info({ domain }, 'the relays’ account is logged in as configured');
    } catch (error) {
      const lasting =
        error instanceof GatewayError && !error.retryable && error.code !== 'network-unreachable';
      if (lasting) {
        operators.tell({ key: 'relay-account-not-in', args: this.#args(port, error.text) });
        return;
      }
      log.warn({ domain, err: error }, 'the relays’ account could not be logged in; it is tried again');
      if (this.#stopped) return;
      const retry = setTimeout(() => void this.#logInConfigured(port, values), retryMs);
      retry.unref();
      this.#retries.set(domain, retry);
    }
  }

  #changed(port: NetworkPort, state: ConnectionState): void {
    if (this.#stopped || state.state !== 'bad-credentials') return;
    this.#tell({ key: 'relay-account-lost', args: this.#args(port, state.text) });
  }

  #tell(text: Text): void {
    if (!this.#stopped) this.services.operators.tell(text);
  }

  #args({ domain }: NetworkPort, reason: Text): Readonly<Record<'domain' | 'reason', string>> {
    return { domain, reason: this.services.operators.say(reason) };
  }

  #port(domain: string): NetworkPort | undefined {
    return [...this.services.ports()].find((port) => port.domain === domain);
  }

  #get(domain: string): NetworkPort {
    const port = this.#port(domain);
    if (!port) throw new GatewayError('not-found', { key: 'relay-no-network', args: { domain } });
    return port;
  }
}

/** Tells whether the configuration is another one, without being it. */
function fingerprint(values: FormValues): string {
  const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
