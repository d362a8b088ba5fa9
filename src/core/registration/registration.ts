import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Form, FormValues, Step } from '../../gateway/form.js';
import type { AccountChange } from '../../gateway/gateway.js';
import { el } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import { admit } from '../account/policy.js';
import { withSecretsOptional } from '../command/form-values.js';
import { type Caller, mapStep, type Outcome } from '../command/service-command.js';
import type { ServiceContext } from '../service/service-context.js';
import { applyChange } from './account-change.js';

const SECONDS_PER_HOUR = 3_600;

/** Registration, change and removal (XEP-0077, XEP-0100 §4.1-3), whatever way the user came. */
export class Registration {
  readonly #limiter: RateLimiterMemory;
  /** Bare JIDs whose registration is being changed: one change at a time. */
  readonly #busy = new Set<string>();

  constructor(readonly context: ServiceContext) {
    this.#limiter = new RateLimiterMemory({
      points: context.options.limits.registrationsPerHour,
      duration: SECONDS_PER_HOUR,
    });
  }

  /** @throws {StanzaError} `not-allowed` for those who may not register (C20) */
  requireAdmission(from: Jid, language: string): void {
    if (this.mayRegister(from)) return;
    throw this.#error('not-allowed', 'registration-not-allowed', language);
  }

  mayRegister(from: Jid): boolean {
    return admit(this.context.options, from) === 'allowed';
  }

  /** The form with what is on record, but no secret. */
  form(account: Account | undefined): Form {
    const form = this.context.gateway.registrationForm(account?.view());
    return account?.registered ? withSecretsOptional(form) : form;
  }

  /**
   * Takes values that were checked against {@link form}. Nothing is stored before the network's last stage is
   * done, so the old settings work on until then (C12).
   * @throws {StanzaError} over the limit, or while another change is under way
   * @throws {GatewayError} when the network cannot be asked, or refuses
   */
  async submit(caller: Caller, values: FormValues): Promise<Step<Outcome>> {
    const { from, language } = caller;
    this.requireAdmission(from, language);
    await this.#consume(from, language);
    return this.#exclusively(from, language, async () => {
      const account = await this.context.accounts.find(from);
      const step = await this.context.gateway.register(
        values,
        account?.view(),
        account?.suggestedName ?? from.local,
      );
      return mapStep(step, (change) => this.#store(from, change));
    });
  }

  /**
   * Logs out and erases (C14). What follows the answer is in the outcome.
   * @throws {StanzaError} `registration-required` for those who are not registered (C16)
   */
  async remove(from: Jid, language: string): Promise<Outcome> {
    return this.#exclusively(from, language, async () => {
      const { accounts, sessions } = this.context;
      const account = await accounts.find(from);
      if (!account?.registered) throw this.#error('registration-required', 'registration-none', language);
      await sessions.end(account);
      await accounts.erase(account);
      return {
        afterwards: () => {
          for (const type of ['unsubscribe', 'unsubscribed', 'unavailable'])
            this.#sendPresence(account.owner, type);
        },
      };
    });
  }

  async #store(from: Jid, change: AccountChange): Promise<Outcome> {
    const { accounts, sessions } = this.context;
    const account = await accounts.ensure(from);
    const isNew = !account.registered;
    await applyChange(this.context, account, change, { registered: true });
    return {
      afterwards: () => {
        if (isNew) this.#sendPresence(account.owner, 'subscribe');
        sessions.ensure(account);
      },
    };
  }

  #sendPresence(to: string, type: string): void {
    const { options, sink } = this.context;
    sink.send(el('presence', NS.COMPONENT, { from: options.domain, to, type }).toString(NS.COMPONENT));
  }

  async #consume(from: Jid, language: string): Promise<void> {
    try {
      await this.#limiter.consume(from.bare);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw this.#error('resource-constraint', 'registration-limit', language);
    }
  }

  async #exclusively<T>(from: Jid, language: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy.has(from.bare)) throw this.#error('resource-constraint', 'registration-busy', language);
    this.#busy.add(from.bare);
    try {
      return await work();
    } finally {
      this.#busy.delete(from.bare);
    }
  }

  #error(
    condition: 'not-allowed' | 'registration-required' | 'resource-constraint',
    key: string,
    language: string,
  ): StanzaError {
    const text = this.context.translator.say({ key }, language);
    return new StanzaError(condition, { text, lang: language });
  }
}
