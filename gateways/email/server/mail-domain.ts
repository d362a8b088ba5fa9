import { readFile } from 'node:fs/promises';
import type { AccountView, GatewayEnvironment } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { domainOf } from '../mail/mail-address.js';
import type { Spool } from '../mail/spool.js';
import type { MailSender } from '../outbound/sender.js';
import type { AddressBook } from './addresses.js';
import { Authenticator } from './authenticate.js';
import { BounceAddresses } from './bounce-address.js';
import { type Lookup, nameLookup } from './name-lookups.js';
import type { DomainOptions } from './options.js';
import { OwnSender } from './own-sender.js';
import { type ReceiveMail, Reception } from './reception.js';
import { Recipients } from './recipients.js';
import { networksOf } from './smtp-client.js';
import { SmtpListener } from './smtp-listener.js';
import { SpamCheck } from './spam-check.js';

/** What a mail domain works with. */
export interface MailDomainParts {
  readonly options: DomainOptions;
  /** Bytes of the largest mail that is taken. */
  readonly maxBytes: number;
  readonly environment: Pick<GatewayEnvironment, 'state' | 'log'>;
  readonly spool: Spool;
  /** The one that registration asks too. */
  readonly addresses: AddressBook;
  /** The way out of the whole domain; closed by whoever made it. */
  readonly relay: MailSender;
  readonly receive: ReceiveMail;
  now(): number;
  /** Default: the name servers of the options. */
  readonly lookup?: Lookup;
}

/** The gateway's own mail domain: who has which address, what comes in by SMTP, and on whose behalf mail goes out. */
export class MailDomain {
  readonly addresses: AddressBook;
  readonly #bounces: BounceAddresses;
  readonly #reception: Reception;
  #listener: SmtpListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #opening: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly parts: MailDomainParts) {
    const { options, environment, relay, receive, now } = parts;
    const { name, bounceDays, authentication, spam } = options;
    const { state, log } = environment;
    this.addresses = parts.addresses;
    this.#bounces = new BounceAddresses(name, bounceDays, state, now);
    this.#reception = new Reception(options, {
      recipients: new Recipients(options, this.addresses, this.#bounces),
      authenticator: new Authenticator(authentication, name, parts.lookup ?? nameLookup(authentication), log),
      bounces: this.#bounces,
      spam: spam && new SpamCheck(spam, log),
      ...{ relay, receive, log, now },
    });
  }

  /** Begins to take mail. What keeps it from listening is told in the log, and tried again. */
  start(): void {
    const { options, environment } = this.parts;
    if (options.postmaster === undefined)
      environment.log.warn(
        { domain: options.name },
        'nobody gets the mail for postmaster and abuse: set domain.postmaster (RFC 5321, 4.5.1)',
      );
    this.#opening = this.#open();
  }

  /** Resolves when nothing is taken any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#opening;
    await this.#listener?.stop();
    this.#listener = undefined;
  }

  /** Resolves when listening has begun, or has been tried in vain for the first time. */
  get opened(): Promise<void> {
    return this.#opening;
  }

  /** Whether mail can come in. */
  get listening(): boolean {
    return this.#listener !== undefined;
  }

  /**
   * The address that an account is to have, by what its user has chosen or by his XMPP address; false when somebody else
   * has it, or nobody can. Durable when it resolves; to be asked at each start of a session.
   */
  async claim(account: AccountView, chosen: string | undefined): Promise<string | false | undefined> {
    const byJid = this.addresses.byJid(account.userAddress);
    const address = byJid ?? chosen;
    if (address === undefined) return undefined;
    // The operator has renamed the domain: nobody can have an address of the old one.
    if (domainOf(address) !== this.parts.options.name) return false;
    return (await this.addresses.claim(address, account, byJid !== undefined)) ? address : false;
  }

  /** The way out for one account. */
  senderFor(account: AccountId): MailSender {
    return new OwnSender(account, this.addresses, this.#bounces, this.parts.relay);
  }

  /** Where reports on a mail of an account go: an address that finds it again, or for other mails its own address. */
  async returnPath(account: AccountId, messageId: string): Promise<string> {
    const found = await this.#bounces.addressFor({ messageId, account });
    return found ?? (await this.addresses.addressOf(account)) ?? '';
  }

  async #open(): Promise<void> {
    const { options, environment, maxBytes, spool } = this.parts;
    const { host, port, name, certificate, key } = options.listen;
    const { log } = environment;
    try {
      const tls =
        certificate !== undefined && key !== undefined
          ? { cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
          : undefined;
      const listener = new SmtpListener(
        {
          ...{ host, port, maxBytes, name: name ?? options.name, limits: options.limits },
          ...(tls && { tls }),
          trustedRelays: networksOf(options.trustedRelays),
        },
        this.#reception,
        spool,
        log,
      );
      await listener.start();
      this.#listener = listener;
      log.info({ domain: options.name, host, port }, 'mail is taken by SMTP');
    } catch (error) {
      if (this.#stopped) return;
      const { bindRetryMs } = options.limits;
      log.error(
        { err: error, domain: options.name },
        `mail cannot be taken at ${host}:${port}: is the port in use, are certificate and key readable? It is tried again`,
      );
      this.#timer = setTimeout(() => {
        this.#opening = this.#open();
      }, bindRetryMs);
    }
  }
}
