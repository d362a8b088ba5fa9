import { GatewayError } from '../../src/gateway/error.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { ConnectionState, Sent, Session, SessionHost } from '../../src/gateway/session.js';
import { settingsOf } from './account/settings.js';
import type { EmailContext } from './context.js';

/** One user's mail. */
export class EmailSession implements Session {
  #account: AccountView;
  #state: ConnectionState = { state: 'idle' };

  constructor(
    readonly context: EmailContext,
    account: AccountView,
    private readonly host: SessionHost,
    /** Called when the session has ended. */
    private readonly ended: () => void,
  ) {
    this.#account = account;
  }

  connect(): void {
    if (settingsOf(this.#account).domainAddress === undefined) return;
    this.#state = { state: 'connected' };
    this.host.report(this.#state);
  }

  async disconnect(): Promise<void> {
    this.#state = { state: 'idle' };
    this.ended();
    this.host.report(this.#state);
  }

  configure(account: AccountView): void {
    this.#account = account;
    this.connect();
  }

  send(): Sent {
    throw new GatewayError('unsupported', { key: 'email-no-way' });
  }

  states(): readonly { readonly state: ConnectionState }[] {
    return [{ state: this.#state }];
  }
}
