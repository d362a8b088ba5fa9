import type { RawMail } from '../mail/raw-mail.js';
import type { MailSender } from '../outbound/sender.js';

/** One of a user's ways to send: his own mailbox, or his address of the gateway's domain. */
export interface Way {
  readonly kind: 'mailbox' | 'domain';
  /** Own address, in its one form. */
  readonly address: string;
  readonly sender: MailSender;
  /** Whether reports of delivery come to the gateway alone; elsewhere they would fill the user's mailbox. */
  readonly reports: boolean;
  /** Return path of a mail, by its Message-ID. */
  returnPath(messageId: string): Promise<string>;
  /** Keeps a mail that was sent where the user keeps such. */
  file?(messageId: string, raw: RawMail): Promise<void>;
}

/** The way of that address, else the one that the user prefers, else any. */
export function chooseWay(
  ways: readonly Way[],
  address: string | undefined,
  preferred: Way['kind'] | undefined,
): Way | undefined {
  return (
    ways.find((way) => way.address === address) ?? ways.find(({ kind }) => kind === preferred) ?? ways[0]
  );
}
