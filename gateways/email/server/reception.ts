import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Log } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { parseMessageId } from '../mail/field-values.js';
import { mailAddress } from '../mail/mail-address.js';
import type { Authenticity, Disposition, MailOrigin } from '../mail/origin.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { MailSender } from '../outbound/sender.js';
import type { Authenticator } from './authenticate.js';
import type { BounceAddresses } from './bounce-address.js';
import type { DomainOptions } from './options.js';
import type { Recipient, Recipients } from './recipients.js';
import { SmtpRefusal } from './refusal.js';
import { isAmong, networksOf } from './smtp-client.js';
import type { ArrivedMail, MailReception } from './smtp-listener.js';
import { isMarkedAsSpam, type SpamCheck } from './spam-check.js';

/** Takes a mail for one account; resolves when it need not come again. */
export type ReceiveMail = (mail: RawMail, origin: MailOrigin) => Promise<Disposition>;

/** What a reception works with. */
export interface ReceptionParts {
  readonly recipients: Recipients;
  readonly authenticator: Authenticator;
  readonly bounces: BounceAddresses;
  /** Undefined: none. */
  readonly spam: SpamCheck | undefined;
  readonly relay: MailSender;
  readonly receive: ReceiveMail;
  readonly log: Log;
  now(): number;
}

interface Judgement {
  readonly authenticity: Authenticity;
  readonly spam: boolean;
}

/** What becomes of a mail for the gateway's domain: judged once, then given to each of its recipients. */
export class Reception implements MailReception {
  readonly #relays;

  constructor(
    private readonly options: DomainOptions,
    private readonly parts: ReceptionParts,
  ) {
    this.#relays = networksOf(options.trustedRelays);
  }

  recipient(address: string): Promise<Recipient> {
    return this.parts.recipients.find(address);
  }

  /**
   * All recipients or none, as far as the client is told: where some have it and others could not be reached it comes
   * again, and those who have it know it by its Message-ID.
   */
  async take(mail: ArrivedMail): Promise<void> {
    const { header, recipients } = mail;
    if (header.all('received').length > this.options.limits.hops)
      throw new SmtpRefusal(554, '5.4.6 too many hops: this mail goes round in circles');
    const judgement = await this.#judge(mail);
    const results = await Promise.allSettled(
      distinct(recipients).map((recipient) => this.#give(mail, recipient, judgement)),
    );
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) throw failures[0];
  }

  async #judge(mail: ArrivedMail): Promise<Judgement> {
    const { raw, header, returnPath, client, recipients } = mail;
    const { authenticator, spam } = this.parts;
    const own = { domain: this.options.name, ours: await this.#isOurs(mail) };
    const { action, authenticity } = await authenticator.check({ raw, header, returnPath, client }, own);
    // Everybody who has had a mail of the user knows its return path: what is no report there may be forged too.
    if (returnPath === '' && recipients.every(({ kind }) => kind === 'report'))
      return { authenticity: action === 'take' ? authenticity : 'fail', spam: isMarkedAsSpam(header) };
    if (action === 'later')
      throw new SmtpRefusal(451, '4.7.5 the sender cannot be verified now, try again later');
    if (action === 'refuse')
      throw new SmtpRefusal(
        550,
        '5.7.26 the sender cannot be verified, and its domain wants such mail refused',
      );
    const addresses = recipients.map(({ address }) => address);
    const asked = await spam?.isSpam(raw, { returnPath, recipients: addresses, client });
    return { authenticity, spam: asked === true || isMarkedAsSpam(header) };
  }

  /** Whether one of our users has sent it, by the relay: its return path and its id belong together. */
  async #isOurs({ header, returnPath, client, relayed }: ArrivedMail): Promise<boolean> {
    if (!relayed || (client.address !== undefined && !isAmong(this.#relays, client.address))) return false;
    const sent = await this.parts.bounces.mailOf(returnPath.toLowerCase());
    return sent !== undefined && parseMessageId(header.first('message-id') ?? '') === sent.messageId;
  }

  async #give(mail: ArrivedMail, recipient: Recipient, { authenticity, spam }: Judgement): Promise<void> {
    if (recipient.kind === 'operator') return this.#forward(mail, recipient.to, recipient.address);
    const { raw, returnPath } = mail;
    const { receive, now } = this.parts;
    const isReport = recipient.kind === 'report';
    await receive(raw, {
      account: isReport ? recipient.sent.account : recipient.account,
      way: 'domain',
      recipient: recipient.address,
      ...(isReport && { reportOn: recipient.sent.messageId }),
      returnPath: mailAddress(returnPath) ?? returnPath,
      authenticity,
      spam,
      receivedAt: now(),
      late: false,
    });
  }

  /** Mail for whoever runs the domain, to where he reads it. Nothing comes back: a report would go the same way. */
  async #forward({ raw, header }: ArrivedMail, to: string, address: string): Promise<void> {
    if (header.all('delivered-to').some((value) => mailAddress(value) === address))
      throw new SmtpRefusal(554, '5.4.6 this mail goes round in circles');
    const { relay, log } = this.parts;
    const trace = Buffer.from(`Delivered-To: ${address}\r\n`);
    const traced: RawMail = {
      size: trace.length + raw.size,
      open: () => Readable.from(joined(trace, raw), { objectMode: false }),
      remove: async () => undefined,
    };
    await relay.send({ from: '', to: [to] }, traced, { id: randomUUID(), success: false });
    log.info({ address }, 'a mail for the operator was passed on');
  }
}

async function* joined(first: Buffer, mail: RawMail): AsyncGenerator<Buffer> {
  yield first;
  yield* mail.open() as AsyncIterable<Buffer>;
}

/** One of several addresses of the same user is enough. */
function distinct(recipients: readonly Recipient[]): readonly Recipient[] {
  const users = new Set<AccountId>();
  const addresses = new Set<string>();
  return recipients.filter((recipient) => {
    if (recipient.kind !== 'user') {
      const known = addresses.has(recipient.address);
      addresses.add(recipient.address);
      return !known;
    }
    const known = users.has(recipient.account);
    users.add(recipient.account);
    return !known;
  });
}
