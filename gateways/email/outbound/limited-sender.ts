import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { Envelope } from '../mail/draft.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { OutgoingLimits } from './outgoing-limits.js';
import type { DeliveryWishes, MailSender, MailSent } from './sender.js';

/** One account's way through a sender: its mails are counted, and counted back when they have not gone out. */
export class LimitedSender implements MailSender {
  constructor(
    private readonly account: AccountId,
    private readonly limits: OutgoingLimits,
    private readonly sender: MailSender,
    /** The sender is the account's own and ends with this one. */
    private readonly owned: boolean,
  ) {}

  async send(envelope: Envelope, mail: RawMail, wishes: DeliveryWishes): Promise<MailSent> {
    const permit = await this.limits.permit(this.account, { recipients: envelope.to, bytes: mail.size });
    try {
      return await this.sender.send(envelope, mail, wishes);
    } catch (error) {
      if (error instanceof GatewayError && error.outcome === 'not-sent') await permit.giveBack();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.owned) await this.sender.close();
  }
}
