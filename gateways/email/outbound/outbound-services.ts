import type { GatewayEnvironment } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { Credentials } from '../account/credentials.js';
import type { MailServer } from '../mail/server-options.js';
import type { EmailOptions } from '../options.js';
import type { DomainOptions } from '../server/options.js';
import { SigningSender } from './dkim/signing-sender.js';
import { LimitedSender } from './limited-sender.js';
import { OutgoingLimits } from './outgoing-limits.js';
import type { MailSender } from './sender.js';
import { ConnectionSlots } from './smtp/connection-slots.js';
import { type SenderEnvironment, SmtpSender } from './smtp/smtp-sender.js';

/** What goes out, of one gateway: connections are shared, mails are counted per account. Opens nothing by itself. */
export class OutboundServices {
  readonly limits: OutgoingLimits;
  readonly #environment: SenderEnvironment;
  /** The way out of the gateway's own domain, for all of its mail; undefined without one. */
  readonly relay: MailSender | undefined;

  constructor(
    private readonly options: EmailOptions,
    environment: GatewayEnvironment,
    now: () => number,
  ) {
    const { outbound, domain } = options;
    const { connectionsPerHost, connections, waitingMails, waitMs } = outbound;
    const { connectMs, silenceMs, mailMs, keepMs } = outbound;
    this.limits = new OutgoingLimits(outbound, environment.state, now);
    this.#environment = {
      targets: environment.targets,
      slots: new ConnectionSlots({
        perHost: connectionsPerHost,
        total: connections,
        waiting: waitingMails,
        waitMs,
      }),
      timeouts: { connectMs, silenceMs, mailMs },
      keepMs,
      waiting: waitingMails,
      name: domain?.name ?? environment.domain,
    };
    this.relay = domain && this.#relayOf(domain, environment, now);
  }

  /** The way out by an account's own server, which the operator may have listed; the caller closes it. */
  mailboxSender(
    account: AccountId,
    to: { readonly server: MailServer; readonly listed: boolean },
    credentials: Pick<Credentials, 'login'> | undefined,
  ): MailSender {
    const server = { ...to, credentials, connections: 1 };
    return new LimitedSender(account, this.limits, new SmtpSender(server, this.#environment), true);
  }

  /** One account's way by a sender that others use as well. */
  counted(account: AccountId, sender: MailSender): MailSender {
    return new LimitedSender(account, this.limits, sender, false);
  }

  /** Ends the connections of the gateway's own domain. */
  async close(): Promise<void> {
    await this.relay?.close();
  }

  #relayOf({ name, relay, dkim }: DomainOptions, { log }: GatewayEnvironment, now: () => number): MailSender {
    const { user, password = '', ...server } = relay;
    const sender = new SmtpSender(
      {
        server,
        listed: true,
        ...(user !== undefined && { credentials: { login: async () => ({ user, password }) } }),
        connections: this.options.outbound.relayConnections,
      },
      this.#environment,
    );
    return dkim.length === 0 ? sender : new SigningSender(name, dkim, sender, log, now);
  }
}
