import type { ConnectionState } from '../../../src/gateway/session.js';
import type { RawMail } from '../mail/raw-mail.js';

/** A mailbox elsewhere that is watched for one account. */
export interface Mailbox {
  readonly state: ConnectionState;
  /** Starts watching; reports by the listener. */
  start(): void;
  /** Resolves when the connection is closed. */
  stop(): Promise<void>;
  /**
   * Marks mails of the inbox and the other watched folders as read, by their Message-IDs. Durable when it resolves:
   * what cannot be done now is done later.
   */
  markSeen(messageIds: readonly string[]): Promise<void>;
  /**
   * Puts a mail that was sent into the Sent folder, marked as read, unless it is there already or the provider does
   * that. Durable when it resolves: what cannot be done now is done later, within bounds.
   */
  fileSent(messageId: string, raw: RawMail): Promise<void>;
}
