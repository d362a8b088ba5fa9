import type { AccountView } from '../../src/gateway/gateway.js';
import type { AccountId } from '../../src/gateway/ids.js';
import { settingsOf } from './account/settings.js';
import type { Connections, Ways } from './conversation/connections.js';
import type { Way } from './conversation/way.js';
import { type MailboxGates, mailboxGates } from './mailbox/gate.js';
import { ImapMailbox } from './mailbox/imap-mailbox.js';
import type { Mailbox, MailboxListener } from './mailbox/mailbox.js';
import type { MailServices } from './make-context.js';
import { OutboundServices } from './outbound/outbound-services.js';
import { MailDomain } from './server/mail-domain.js';
import type { ReceiveMail } from './server/reception.js';

/** The servers behind one gateway: users' own, and those of its mail domain. Opens nothing before `start`. */
export class MailNetwork implements Connections {
  readonly #domain: MailDomain | undefined;
  readonly #outbound: OutboundServices;
  readonly #gates: MailboxGates;

  constructor(
    private readonly services: MailServices,
    receive: ReceiveMail,
  ) {
    const { options, environment, spool, addresses, now } = services;
    this.#outbound = new OutboundServices(options, environment, now);
    this.#gates = mailboxGates(options.mailbox);
    const { relay } = this.#outbound;
    const { maxBytes } = options.limits;
    this.#domain =
      options.domain && addresses && relay
        ? new MailDomain({
            ...{ options: options.domain, maxBytes, environment, spool, addresses, relay, receive, now },
          })
        : undefined;
  }

  start(): void {
    this.#domain?.start();
  }

  /** Resolves when nothing comes in and nothing goes out. */
  async close(): Promise<void> {
    await this.#domain?.stop();
    await this.#outbound.close();
  }

  mailbox(account: AccountView, listener: MailboxListener): Mailbox | undefined {
    const { options, environment, accounts, spool } = this.services;
    const { mailbox: settings, folders } = settingsOf(account);
    const credentials = accounts.credentialsOf(account);
    if (settings === undefined || credentials === undefined) return undefined;
    const { imap: server, listed } = accounts.providers.serversOf(settings);
    const { state, targets, log, software } = environment;
    return new ImapMailbox({
      ...{ account: account.id, settings, server, listed, folders, credentials, listener, spool },
      ...{ state, targets, log, software, gates: this.#gates },
      options: options.mailbox,
      limits: options.limits,
    });
  }

  async ways(account: AccountView, mailbox: Mailbox | undefined): Promise<Ways> {
    const { domainAddress } = settingsOf(account);
    const own = this.#mailboxWay(account, mailbox);
    const address = await this.#domain?.claim(account, domainAddress);
    const ways = own === undefined ? [] : [own];
    if (address === false) return { ways, problem: { key: 'email-address-lost' } };
    return { ways: address === undefined ? ways : [...ways, ...this.#domainWay(account.id, address)] };
  }

  heardFrom(account: AccountId, address: string): Promise<void> {
    return this.#outbound.limits.know(account, address);
  }

  async release(account: AccountView): Promise<void> {
    await this.#domain?.addresses.release(account);
  }

  #mailboxWay(account: AccountView, mailbox: Mailbox | undefined): Way | undefined {
    const { accounts } = this.services;
    const { mailbox: settings } = settingsOf(account);
    if (settings === undefined) return undefined;
    const { smtp: server, listed } = accounts.providers.serversOf(settings);
    const { address } = settings;
    const credentials = accounts.credentialsOf(account);
    return {
      ...{ kind: 'mailbox', address, reports: false },
      sender: this.#outbound.mailboxSender(account.id, { server, listed }, credentials),
      returnPath: async () => address,
      ...(mailbox && { file: (messageId, raw) => mailbox.fileSent(messageId, raw) }),
    };
  }

  #domainWay(account: AccountId, address: string): readonly Way[] {
    const domain = this.#domain;
    if (domain === undefined) return [];
    return [
      {
        ...{ kind: 'domain', address, reports: true },
        sender: this.#outbound.counted(account, domain.senderFor(account)),
        returnPath: (messageId) => domain.returnPath(account, messageId),
      },
    ];
  }
}
