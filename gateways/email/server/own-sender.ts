import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { Envelope } from '../mail/draft.js';
import { parseAddresses } from '../mail/field-values.js';
import { HeaderFields } from '../mail/header-fields.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { DeliveryWishes, MailSender, MailSent } from '../outbound/sender.js';
import type { AddressBook } from './addresses.js';
import type { BounceAddresses } from './bounce-address.js';

/** Bytes of a header that we have written ourselves. */
const MAX_HEADER = 1_048_576;
const HEADER_END = '\r\n\r\n';

/** The domain's way out for one account, which sends as itself and as nobody else. */
export class OwnSender implements MailSender {
  constructor(
    private readonly account: AccountId,
    private readonly addresses: AddressBook,
    private readonly bounces: BounceAddresses,
    private readonly relay: MailSender,
  ) {}

  async send(envelope: Envelope, mail: RawMail, wishes: DeliveryWishes): Promise<MailSent> {
    const own = await this.addresses.addressOf(this.account);
    const authors = parseAddresses(await fromFields(mail));
    if (own === undefined || authors.length !== 1 || authors[0]?.address !== own) throw notYours();
    const { from } = envelope;
    if (from !== '' && from !== own && (await this.bounces.mailOf(from))?.account !== this.account)
      throw notYours();
    return this.relay.send(envelope, mail, wishes);
  }

  /** The relay is the whole domain's and stays open. */
  async close(): Promise<void> {}
}

async function fromFields(mail: RawMail): Promise<readonly string[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of mail.open() as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_HEADER || Buffer.concat(pieces).includes(HEADER_END)) break;
  }
  const whole = Buffer.concat(pieces);
  const end = whole.indexOf(HEADER_END);
  return new HeaderFields(end === -1 ? whole : whole.subarray(0, end), () => undefined).raw('from');
}

function notYours(): GatewayError {
  return new GatewayError('forbidden', { key: 'email-not-your-address' });
}
