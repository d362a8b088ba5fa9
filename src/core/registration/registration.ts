import { RateLimiter } from 'limiter';
import type { Form, FormValues, Step } from '../../gateway/form.js';
import type { AccountChange } from '../../gateway/gateway.js';
import type { Text } from '../../gateway/text.js';
import { el } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import { admit } from '../account/policy.js';
import { withSecretsOptional } from '../command/form-values.js';
import { type Caller, mapStep, type Outcome } from '../command/service-command.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { isRefusal } from '../message/error-mapper.js';
import type { ServiceContext } from '../service/service-context.js';
import { applyChange } from './account-change.js';

/** Users whose limit is remembered at most. */
const REMEMBERED_USERS = 20_000;

/** Registration, change and removal (XEP-0077, XEP-0100 §4.1-3), whatever way the user came. */
export class Registration {
  readonly #limits = new BoundedMap<string, RateLimiter>(REMEMBERED_USERS);
  /** Bare JIDs whose registration is being changed: one change at a time. */
  readonly #busy = new Set<string>();

  readonly #onRemoving: ((account: Account) => () => void)[] = [];
  readonly #onRemoved: ((owner: string) => void)[] = [];

  constructor(readonly context: ServiceContext) {}

  /** Calls back with the bare JID of a user whose account is erased, so that nothing of him is kept elsewhere. */
  onRemoved(listener: (owner: string) => void): void {
    this.#onRemoved.push(listener);
  }

  /** Calls back before an account is taken apart; the callback returns what undoes it, should that fail. */
  onRemoving(listener: (account: Account) => () => void): void {
    this.#onRemoving.push(listener);
  }

  /** @throws {StanzaError} `not-allowed` for those who may not register (C20) */
  requireAdmission(from: Jid, language: string): void {
    if (this.mayRegister(from)) return;
    throw this.#error('not-allowed', { key: 'registration-not-allowed' }, language);
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
    this.#consume(from, language);
    return this.#exclusively(from, language, async () => {
      const account = await this.context.accounts.find(from);
      const user = { suggestedName: account?.suggestedName ?? from.local, userAddress: from.bare };
      const step = await this.context.gateway.register(values, account?.view(), user);
      return mapStep(step, (change) => this.#store(from, change));
    });
  }

  /**
   * Logs out and erases (C14). What follows the answer is in the outcome.
   * @throws {StanzaError} `registration-required` for those who are not registered (C16); `internal-server-error` when
   *   the account could not be removed, and is still there
   * @throws {GatewayError} when the network refuses to let go of the account, which is still there
   */
  async remove(from: Jid, language: string): Promise<Outcome> {
    return this.#exclusively(from, language, async () => {
      const { accounts, sessions, media, log } = this.context;
      const account = await accounts.find(from);
      if (!account?.registered)
        throw this.#error('registration-required', { key: 'registration-none' }, language);
      const takeLeave = await this.context.people.dismiss(account);
      const undo = this.#onRemoving.map((listener) => listener(account));
      const connected = sessions.get(account) !== undefined;
      try {
        await sessions.logout(account);
        await sessions.end(account);
        await this.context.erasing?.(account.owner);
        await accounts.erase(account);
      } catch (error) {
        for (const back of undo) back();
        // What the network has let go of in part is made good by a session that begins anew.
        await sessions.end(account);
        if (connected) sessions.ensure(account);
        if (isRefusal(error)) throw error;
        log.error({ err: error }, 'an account could not be removed');
        throw this.#error('internal-server-error', { key: 'registration-kept' }, language);
      }
      // What the user did meanwhile may have connected him again.
      await sessions.end(account);
      await media.forget(account);
      for (const listener of this.#onRemoved) listener(account.owner);
      return {
        afterwards: () => {
          for (const type of ['unsubscribe', 'unsubscribed', 'unavailable'])
            this.#sendPresence(account.owner, type);
          takeLeave();
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

  /** A limit of 0 is none (S17). */
  #consume(from: Jid, language: string): void {
    const { registrationsPerHour } = this.context.options.limits;
    if (registrationsPerHour === 0) return;
    let bucket = this.#limits.get(from.bare);
    if (!bucket) {
      bucket = new RateLimiter({ tokensPerInterval: registrationsPerHour, interval: 'hour' });
      this.#limits.set(from.bare, bucket);
    }
    if (!bucket.tryRemoveTokens(1))
      throw this.#error('resource-constraint', { key: 'registration-limit' }, language);
  }

  async #exclusively<T>(from: Jid, language: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy.has(from.bare))
      throw this.#error('resource-constraint', { key: 'registration-busy' }, language);
    this.#busy.add(from.bare);
    try {
      return await work();
    } finally {
      this.#busy.delete(from.bare);
    }
  }

  #error(
    condition: 'not-allowed' | 'registration-required' | 'resource-constraint' | 'internal-server-error',
    text: Text,
    language: string,
  ): StanzaError {
    const said = this.context.translator.say(text, language);
    return new StanzaError(condition, { text: said, lang: language });
  }
}
