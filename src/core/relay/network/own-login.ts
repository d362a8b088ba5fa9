import type { Form, FormValues, Step } from '../../../gateway/form.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { Sessions } from '../../account/sessions.js';
import { withSecretsOptional } from '../../command/form-values.js';
import { mapStep } from '../../command/service-command.js';
import type { DomainContext } from '../../domain.js';
import { applyChange } from '../../registration/account-change.js';

/** Logs addresses of the relays' domain in with one network. */
export interface OwnLogin {
  /** Whether the network has to be logged in with at all. */
  readonly needed: boolean;
  registered(owner: Jid): Promise<boolean>;
  /** The network's registration form, with what is on record but no secret. */
  form(owner: Jid): Promise<Form>;
  /**
   * Takes values that were checked against {@link form}; what is on record works on until the last stage is done.
   * @throws {GatewayError} when the network cannot be asked, or refuses
   */
  submit(owner: Jid, values: FormValues): Promise<Step<void>>;
  /** Logs out and erases. False: there was nothing. @throws {GatewayError} when the network does not let go of it */
  forget(owner: Jid): Promise<boolean>;
}

/**
 * Registration of the relays themselves: as that of a user, but nobody is asked for a subscription, nobody's policy is
 * looked at and no greeting is sent, since nobody reads at these addresses.
 */
export class RelayLogin implements OwnLogin {
  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Pick<Sessions, 'end' | 'logout'>,
  ) {}

  get needed(): boolean {
    return this.context.gateway.defaultPolicy !== 'open';
  }

  async registered(owner: Jid): Promise<boolean> {
    return (await this.context.accounts.find(owner))?.registered === true;
  }

  async form(owner: Jid): Promise<Form> {
    const account = await this.context.accounts.find(owner);
    const form = this.context.gateway.registrationForm(account?.view());
    return account?.registered ? withSecretsOptional(form) : form;
  }

  async submit(owner: Jid, values: FormValues): Promise<Step<void>> {
    const { accounts, gateway } = this.context;
    const account = await accounts.find(owner);
    const user = { suggestedName: owner.local, userAddress: owner.bare };
    const step = await gateway.register(values, account?.view(), user);
    return mapStep(step, async (change) => {
      await applyChange(this.context, await accounts.ensure(owner), change, { registered: true });
    });
  }

  async forget(owner: Jid): Promise<boolean> {
    const { accounts, media } = this.context;
    const account = await accounts.find(owner);
    if (!account?.registered) return false;
    await this.sessions.logout(account);
    await this.sessions.end(account);
    await accounts.erase(account);
    await media.forget(account);
    return true;
  }
}
