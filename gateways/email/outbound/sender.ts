import type { Envelope } from '../mail/draft.js';
import type { RawMail } from '../mail/raw-mail.js';

/** One way out (RFC 5321): a user's own submission server, or the gateway's relay. */
export interface MailSender {
  /**
   * Hands a mail in; resolves when the server has taken it. Recipients that it refused are told; all of them refused is
   * a rejection. Rejects with GatewayError, whose outcome is `unknown` when the answer to the end of the data is missing.
   */
  send(envelope: Envelope, mail: RawMail, wishes: DeliveryWishes): Promise<MailSent>;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** What is asked for besides (RFC 3461 §4). */
export interface DeliveryWishes {
  /** ENVID, which reports name. */
  readonly id: string;
  /** Whether success is to be reported too, where servers can. */
  readonly success: boolean;
}

/** What a server said to a mail that it took. */
export interface MailSent {
  readonly refused: readonly {
    readonly address: string;
    /** Its words, one line; bounded. */
    readonly answer: string;
    /** It may take the mail for him later. */
    readonly later: boolean;
  }[];
  /** The server will report on delivery. */
  readonly reports: boolean;
}
